//! The walk of the page tables that the kernel writes: 4 levels of 8-byte entries for every ISA.

use std::ffi::c_void;

use unicorn_engine::{uc_engine, MemType, Prot, TlbEntry};

pub const READ: u32 = 0;
pub const WRITE: u32 = 1;
pub const EXEC: u32 = 2;

const PRESENT: u64 = 1;
const RW: u64 = 1 << 1;
const USER: u64 = 1 << 2;
const NX: u64 = 1 << 63;
/// RAM is at most 4 GiB, so frames are below that.
const FRAME: u64 = 0xffff_f000;

/// A page of the CPU's own at an address that no user access reaches, for descriptor tables.
pub struct PrivatePage {
    pub vaddr: u64,
    pub paddr: u64,
}

/// What the TLB-fill hook works on.
pub struct Mmu {
    pub ram: *mut u8,
    /// One byte a frame, see Ram.
    pub dirty: *mut u8,
    pub ram_len: u64,
    pub root: u64,
    /// Bits of a virtual address that count.
    pub address_mask: u64,
    pub private: Option<PrivatePage>,
    /// The last refused fill.
    pub fault_address: u64,
    pub fault_access: u32,
}

impl Mmu {
    /// The leaf entry for a virtual address, 0 when there is none.
    fn walk(&self, vaddr: u64) -> u64 {
        if vaddr >> 47 != 0 {
            return 0;
        }
        let mut entry = self.root | PRESENT;
        for shift in [39, 30, 21, 12] {
            if entry & PRESENT == 0 {
                return 0;
            }
            let at = (entry & FRAME) + ((vaddr >> shift) & 0x1ff) * 8;
            if at + 8 > self.ram_len {
                return 0;
            }
            // SAFETY: inside RAM, and 8-byte aligned.
            entry = unsafe { self.ram.add(at as usize).cast::<u64>().read() };
        }
        if (entry & FRAME) + 0x1000 > self.ram_len {
            return 0;
        }
        entry
    }

    /// The first write to a frame since it was marked clean comes here once more, to mark it dirty.
    fn may_write(&self, paddr: u64, access: u32) -> bool {
        // SAFETY: `walk` has seen that the frame is in RAM.
        let dirty = unsafe { &mut *self.dirty.add((paddr >> 12) as usize) };
        if access == WRITE {
            *dirty = 1;
        }
        *dirty != 0
    }

    /// `len` bytes of a virtual address, whatever its permissions; zeros where no page is.
    pub fn read(&self, start: u64, len: usize) -> Vec<u8> {
        let at = |i: usize| {
            let vaddr = start.wrapping_add(i as u64) & self.address_mask;
            let entry = self.walk(vaddr);
            if entry & PRESENT == 0 {
                return 0;
            }
            // SAFETY: walk gives frames in RAM.
            unsafe { *self.ram.add(((entry & FRAME) + (vaddr & 0xfff)) as usize) }
        };
        (0..len).map(at).collect()
    }

    fn fill(&mut self, address: u64, access: u32, user: bool) -> Option<(u64, Prot)> {
        let vaddr = address & self.address_mask;
        if let Some(page) = &self.private {
            if !user && address & !0xfff == page.vaddr {
                return Some((page.paddr, Prot::ALL));
            }
        }
        let entry = self.walk(vaddr);
        let wanted = PRESENT | USER | if access == WRITE { RW } else { 0 };
        if entry & wanted == wanted && (access != EXEC || entry & NX == 0) {
            let mut perms = Prot::READ;
            if entry & RW != 0 && self.may_write(entry & FRAME, access) {
                perms = Prot(perms.0 | Prot::WRITE.0);
            }
            if entry & NX == 0 {
                perms = Prot(perms.0 | Prot::EXEC.0);
            }
            return Some((entry & FRAME, perms));
        }
        self.fault_address = vaddr;
        self.fault_access = access;
        None
    }
}

/// UC_HOOK_TLB_FILL. On entry `result` holds the exact address and, in perms, whether it is a user access (edit 05).
///
/// # Safety
/// `mmu` is the live Mmu that was given to uc_hook_add.
pub unsafe extern "C" fn tlb_fill(
    _uc: *mut uc_engine,
    _page: u64,
    kind: MemType,
    result: *mut TlbEntry,
    mmu: *mut c_void,
) -> bool {
    let mmu = &mut *mmu.cast::<Mmu>();
    let access = match kind {
        MemType::WRITE => WRITE,
        MemType::FETCH => EXEC,
        _ => READ,
    };
    let user = (*result).perms != Prot::NONE;
    match mmu.fill((*result).paddr, access, user) {
        Some((paddr, perms)) => {
            *result = TlbEntry { paddr, perms };
            true
        }
        None => false,
    }
}
