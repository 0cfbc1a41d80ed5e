//! Watchpoints of one CPU, in a table; guest memory knows nothing of them. Pages that hold one are marked at their TLB fill
//! (edit 30), so that only accesses to these pages are looked at.

use std::collections::HashMap;

use unicorn_engine::uc_access;

use crate::breakpoints::EVERYWHERE;
use crate::mmu::Mmu;
use crate::ram::PAGE_LEN;

const PAGE: u64 = PAGE_LEN as u64;

/// WATCH of kernel/ports.ts.
pub const ON_READ: u32 = 1;
pub const ON_WRITE: u32 = 2;
pub const ON_CHANGE: u32 = 4;

#[derive(Clone)]
pub struct Watchpoint {
    pub id: u32,
    pub start: u64,
    /// 1 to 4096
    pub len: u64,
    /// ON_*
    pub kinds: u32,
    /// Root of the page table, or EVERYWHERE.
    pub root: u64,
}

impl Watchpoint {
    fn hit_by(&self, access: &uc_access) -> bool {
        let (start, end) = (self.start.max(access.address), (self.start + self.len).min(access.address + u64::from(access.size)));
        if start >= end {
            return false;
        }
        if !access.write {
            return self.kinds & ON_READ != 0;
        }
        if self.kinds & ON_WRITE != 0 {
            return true;
        }
        let bits = (end - start) * 8;
        let mask = if bits == 64 { u64::MAX } else { (1 << bits) - 1 };
        let differs = ((access.value ^ access.old) >> ((start - access.address) * 8)) & mask != 0;
        self.kinds & ON_CHANGE != 0 && differs
    }
}

/// An access that hit a watchpoint.
pub struct Hit {
    pub id: u32,
    pub access: uc_access,
}

#[derive(Default)]
pub struct Watch {
    points: HashMap<u32, Watchpoint>,
    /// Watchpoints by page number.
    pages: HashMap<u64, Vec<Watchpoint>>,
    /// Of the current run, in the order of the accesses.
    pub hits: Vec<Hit>,
    /// What each range held before the instruction that hit it first.
    before: Vec<(u32, Vec<u8>)>,
}

impl Watch {
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    pub fn set(&mut self, point: Watchpoint) {
        self.clear(point.id);
        for page in pages_of(&point) {
            self.pages.entry(page).or_default().push(point.clone());
        }
        self.points.insert(point.id, point);
    }

    pub fn clear(&mut self, id: u32) {
        let Some(point) = self.points.remove(&id) else { return };
        for page in pages_of(&point) {
            if let Some(points) = self.pages.get_mut(&page) {
                points.retain(|other| other.id != id);
                if points.is_empty() {
                    self.pages.remove(&page);
                }
            }
        }
    }

    pub fn has_page(&self, page: u64, root: u64) -> bool {
        self.on_page(page / PAGE, root).next().is_some()
    }

    fn on_page(&self, number: u64, root: u64) -> impl Iterator<Item = &Watchpoint> {
        let points = self.pages.get(&number).map_or(&[][..], |points| points);
        points.iter().filter(move |point| point.root == EVERYWHERE || point.root == root)
    }

    fn hit_by(&self, access: &uc_access, root: u64) -> Vec<&Watchpoint> {
        let first = access.address / PAGE;
        let last = (access.address + u64::from(access.size) - 1) / PAGE;
        let mut found: Vec<&Watchpoint> = Vec::new();
        for number in first..=last {
            for point in self.on_page(number, root) {
                if point.hit_by(access) && !found.iter().any(|other| other.id == point.id) {
                    found.push(point);
                }
            }
        }
        found
    }

    /// True when the access hits something; it is kept if it is exact.
    pub fn access(&mut self, access: &uc_access, mmu: &Mmu) -> bool {
        if self.points.is_empty() {
            return false;
        }
        let found = self.hit_by(access, mmu.root);
        if found.is_empty() || !access.exact {
            return !found.is_empty();
        }
        let found: Vec<Watchpoint> = found.into_iter().cloned().collect();
        for point in found {
            if !self.before.iter().any(|(id, _)| *id == point.id) {
                self.before.push((point.id, mmu.read(point.start, point.len as usize)));
            }
            self.hits.push(Hit { id: point.id, access: *access });
        }
        true
    }

    pub fn begin_run(&mut self) {
        self.hits.clear();
        self.before.clear();
    }

    /// Forget what an instruction did that has not retired.
    pub fn end_run(&mut self, retired: u64) {
        self.hits.retain(|hit| hit.access.index < retired);
    }

    /// Bytes of a watched range before and after the instruction that hit it in the last run; None if none did.
    pub fn range(&self, id: u32, mmu: &Mmu) -> Option<[Vec<u8>; 2]> {
        let (_, before) = self.before.iter().find(|(other, _)| *other == id)?;
        let point = self.points.get(&id)?;
        Some([before.clone(), mmu.read(point.start, point.len as usize)])
    }
}

fn pages_of(point: &Watchpoint) -> std::ops::RangeInclusive<u64> {
    point.start / PAGE..=(point.start + point.len - 1) / PAGE
}
