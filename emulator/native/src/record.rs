//! A recording: buffers that the CPU fills and JavaScript drains. A run that would need more room than there is ends before.

use std::cell::Cell;
use std::rc::Rc;

use unicorn_engine::{uc_access, uc_engine, uc_record};

use crate::cpu::Isa;
use crate::ram::{Mapping, PAGE_LEN};

/// RECORD_* of emulator/engine/recording.ts.
pub const PCS: u32 = 1;
pub const REGISTERS: u32 = 2;

/// No instruction has more accesses.
const RESERVE: u32 = 256;

/// One access in the buffer that JavaScript sees.
#[repr(C)]
struct AccessRecord {
    address: u64,
    value: u64,
    old: u64,
    /// Index of the instruction in the buffer.
    insn: u32,
    size: u8,
    write: u8,
    zero: u16,
}

pub struct Recording {
    pub insns: Rc<Mapping>,
    pub accesses: Rc<Mapping>,
    /// Instructions and accesses in the buffers.
    pub counts: Rc<[Cell<u32>; 2]>,
    kind: u32,
    insn_len: usize,
    max_insns: u32,
    max_accesses: u32,
    /// Instructions that were there when the run began.
    base: u32,
}

impl Recording {
    /// `max_accesses` of 0: no accesses.
    pub fn new(isa: Isa, what: u32, max_insns: u32, max_accesses: u32) -> Option<Recording> {
        let (kind, insn_len) = match (what, isa) {
            (PCS, _) => (2, 8),
            (REGISTERS, Isa::I386) => (3, isa.pt_regs_len()),
            (REGISTERS, Isa::X86_64) => (4, isa.pt_regs_len()),
            (REGISTERS, Isa::Arm) => (5, isa.pt_regs_len()),
            _ => (1, 0),
        };
        let max_insns = max_insns.max(1);
        let max_accesses = if max_accesses == 0 { 0 } else { max_accesses.max(2 * RESERVE) };
        Some(Recording {
            // One more: an instruction may begin and not retire.
            insns: Rc::new(buffer(insn_len * (max_insns as usize + 1))?),
            accesses: Rc::new(buffer(size_of::<AccessRecord>() * max_accesses as usize)?),
            counts: Rc::default(),
            kind,
            insn_len,
            max_insns,
            max_accesses,
            base: 0,
        })
    }

    pub fn wants_accesses(&self) -> bool {
        self.max_accesses != 0
    }

    fn nr_insns(&self) -> u32 {
        self.counts[0].get().min(self.max_insns)
    }

    fn nr_accesses(&self) -> u32 {
        self.counts[1].get().min(self.max_accesses)
    }

    /// How many instructions may run; 0 when a buffer is full.
    pub fn room(&self) -> u32 {
        if self.accesses_full() {
            return 0;
        }
        self.max_insns - self.nr_insns()
    }

    fn accesses_full(&self) -> bool {
        self.wants_accesses() && self.max_accesses - self.nr_accesses() < RESERVE
    }

    /// # Safety
    /// The engine is ours and runs no further than `room` before `end_run`.
    pub unsafe fn begin_run(&mut self, uc: *mut uc_engine, orig: u64) {
        self.base = self.nr_insns();
        let into = self.insns.ptr.add(self.base as usize * self.insn_len);
        uc_record(uc, self.kind, into.cast(), orig);
    }

    /// True when the run is to end behind the instruction.
    pub fn access(&mut self, access: &uc_access) -> bool {
        let at = self.nr_accesses();
        if !self.wants_accesses() || !access.exact || at == self.max_accesses {
            return false;
        }
        let record = AccessRecord {
            address: access.address,
            value: access.value,
            old: access.old,
            insn: self.base + access.index as u32,
            size: access.size,
            write: u8::from(access.write),
            zero: 0,
        };
        // SAFETY: at < max_accesses.
        unsafe { self.accesses.ptr.cast::<AccessRecord>().add(at as usize).write(record) };
        self.counts[1].set(at + 1);
        self.accesses_full()
    }

    /// # Safety
    /// The engine is ours.
    pub unsafe fn end_run(&mut self, uc: *mut uc_engine, retired: u64) {
        uc_record(uc, 0, std::ptr::null_mut(), 0);
        let end = self.base + retired as u32;
        self.counts[0].set(end);
        let mut nr = self.nr_accesses();
        // What an instruction did that has not retired.
        while nr > 0 && (*self.accesses.ptr.cast::<AccessRecord>().add(nr as usize - 1)).insn >= end {
            nr -= 1;
        }
        self.counts[1].set(nr);
    }
}

/// Mappings are never empty.
fn buffer(len: usize) -> Option<Mapping> {
    Mapping::new(len.next_multiple_of(PAGE_LEN).max(PAGE_LEN))
}
