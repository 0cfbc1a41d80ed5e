//! Guest-physical RAM: reserved address space that takes host memory only where it is touched.

use std::cell::RefCell;
use std::ptr::null_mut;

use crate::cpu::CpuState;

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
    pub cpus: RefCell<Vec<*mut CpuState>>,
}

impl Ram {
    pub fn new(len: usize) -> Option<Ram> {
        Some(Ram {
            bytes: Mapping::new(len)?,
            has_code: Mapping::new((len / PAGE_LEN).max(PAGE_LEN))?,
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
}
