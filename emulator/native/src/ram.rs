//! Guest-physical RAM: reserved address space that takes host memory only where it is touched.

use std::cell::RefCell;
use std::ptr::null_mut;

use crate::cpu::CpuState;
use crate::pages::Pages;

pub const PAGE_LEN: usize = 4096;

/// A private anonymous mapping, zero at first.
pub struct Mapping {
    pub ptr: *mut u8,
    pub len: usize,
}

impl Mapping {
    pub fn new(len: usize) -> Option<Mapping> {
        // SAFETY: a fresh mapping at an address of the system's choice.
        let ptr = unsafe {
            libc::mmap(
                null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        (ptr != libc::MAP_FAILED).then_some(Mapping { ptr: ptr.cast(), len })
    }

    /// All zeros again, without memory.
    fn discard(&self) {
        // SAFETY: ours; private anonymous pages read as zeros afterwards.
        unsafe { libc::madvise(self.ptr.cast(), self.len, libc::MADV_DONTNEED) };
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: ours, and nobody has the pointer any more.
        unsafe { libc::munmap(self.ptr.cast(), self.len) };
    }
}

/// The RAM of one machine, shared by its CPUs and by the buffers that JavaScript sees.
pub struct Ram {
    pub bytes: Mapping,
    /// One byte a page, set by the translator.
    pub has_code: Mapping,
    /// One byte a page, not zero when it may differ from `pages`: set by whoever writes (the guest, when its TLB gets
    /// leave to write).
    pub dirty: Mapping,
    /// The contents at the last snapshot, restore or hash.
    pages: RefCell<Pages>,
    pub cpus: RefCell<Vec<*mut CpuState>>,
}

impl Ram {
    pub fn new(len: usize) -> Option<Ram> {
        let frames = len / PAGE_LEN;
        let map_len = frames.next_multiple_of(PAGE_LEN);
        Some(Ram {
            bytes: Mapping::new(len)?,
            has_code: Mapping::new(map_len)?,
            dirty: Mapping::new(map_len)?,
            pages: RefCell::new(Pages::new(frames)),
            cpus: RefCell::new(Vec::new()),
        })
    }

    /// Drop the code translated from [start, start + len) in every CPU.
    pub fn invalidate_code(&self, start: u64, len: u64) {
        for &cpu in self.cpus.borrow().iter() {
            // SAFETY: a CPU leaves the list before it goes.
            unsafe { (*cpu).invalidate_code(start, len) };
        }
        let first = (start as usize).div_ceil(PAGE_LEN);
        let end = ((start + len) as usize).min(self.bytes.len) / PAGE_LEN;
        for frame in first..end {
            // SAFETY: frame < number of pages.
            unsafe { *self.has_code.ptr.add(frame) = 0 };
        }
    }

    /// The contents now, and how many pages had to be copied for them.
    pub fn snapshot(&self) -> (Pages, usize) {
        let copied = self.collect();
        (self.pages.borrow().clone(), copied)
    }

    /// Contents taken from a RAM of the same size.
    pub fn restore(&self, target: &Pages) {
        let mut pages = self.pages.borrow_mut();
        self.each_dirty(|frame| self.put(frame, target.get(frame)));
        pages.differences(target, |frame, bytes| self.put(frame, bytes));
        *pages = target.clone();
        self.flush_tlbs();
    }

    /// A hash of the contents.
    pub fn hash(&self) -> u128 {
        self.collect();
        self.pages.borrow().sum()
    }

    /// The first frame that was changed and not marked: for tests. Reads all of RAM.
    pub fn unmarked(&self) -> Option<usize> {
        let pages = self.pages.borrow();
        (0..self.bytes.len / PAGE_LEN).find(|&frame| {
            // SAFETY: frame < number of pages.
            unsafe { *self.dirty.ptr.add(frame) == 0 && *self.page(frame) != *pages.get(frame) }
        })
    }

    /// All zeros, without memory. No CPU is on this RAM any more.
    pub fn discard(&self) {
        for mapping in [&self.bytes, &self.has_code, &self.dirty] {
            mapping.discard();
        }
        *self.pages.borrow_mut() = Pages::new(self.bytes.len / PAGE_LEN);
    }

    /// Bring `pages` up to date. Returns how many pages took memory.
    fn collect(&self) -> usize {
        let mut pages = self.pages.borrow_mut();
        let mut copied = 0;
        let any = self.each_dirty(|frame| {
            // SAFETY: frame < number of pages, and no guest runs meanwhile.
            copied += usize::from(pages.set(frame, unsafe { &*self.page(frame) }));
        });
        if any {
            self.flush_tlbs();
        }
        copied
    }

    fn page(&self, frame: usize) -> *mut [u8; PAGE_LEN] {
        // SAFETY: callers keep frame below the number of pages.
        unsafe { self.bytes.ptr.add(frame * PAGE_LEN).cast() }
    }

    /// Visit the marked frames and take the marks away. Whether there were any.
    fn each_dirty(&self, mut visit: impl FnMut(usize)) -> bool {
        const STRIDE: usize = 64;
        let mut any = false;
        // SAFETY: the mapping is a multiple of pages long.
        let map = unsafe { std::slice::from_raw_parts_mut(self.dirty.ptr, self.dirty.len) };
        for (i, marks) in map.chunks_exact_mut(STRIDE).enumerate() {
            // SAFETY: the mapping is aligned.
            let words = unsafe { &*marks.as_ptr().cast::<[u64; STRIDE / 8]>() };
            if words.iter().fold(0, |or, word| or | word) == 0 {
                continue;
            }
            any = true;
            for (j, mark) in marks.iter_mut().enumerate() {
                if std::mem::take(mark) != 0 {
                    visit(i * STRIDE + j);
                }
            }
        }
        any
    }

    fn put(&self, frame: usize, bytes: &[u8; PAGE_LEN]) {
        // SAFETY: frame < number of pages, and no guest runs meanwhile.
        let page = unsafe { &mut *self.page(frame) };
        if page == bytes {
            return;
        }
        *page = *bytes;
        // SAFETY: as above.
        if unsafe { *self.has_code.ptr.add(frame) } != 0 {
            self.invalidate_code((frame * PAGE_LEN) as u64, PAGE_LEN as u64);
        }
    }

    /// A frame that is marked no more may have TLB entries that allow writing.
    fn flush_tlbs(&self) {
        for &cpu in self.cpus.borrow().iter() {
            // SAFETY: a CPU leaves the list before it goes.
            unsafe { (*cpu).ask_flush() };
        }
    }
}
