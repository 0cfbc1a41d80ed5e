//! Who looks at a CPU: breakpoints, watchpoints and a recording.

use std::ffi::c_void;

use unicorn_engine::{uc_access, uc_engine, uc_watch};

use crate::breakpoints::Breakpoints;
use crate::mmu::Mmu;
use crate::record::Recording;
use crate::watch::Watch;

#[derive(Default)]
pub struct Observer {
    pub breakpoints: Breakpoints,
    pub watch: Watch,
    pub recording: Option<Recording>,
    /// Set once the CPU is built; outlives us.
    pub mmu: Option<*const Mmu>,
    told: bool,
}

impl Observer {
    fn records_accesses(&self) -> bool {
        self.recording.as_ref().is_some_and(Recording::wants_accesses)
    }

    /// Tell the engine whether accesses matter. The caller flushes the TLB, whatever the answer.
    ///
    /// # Safety
    /// The engine is the CPU's, and self stays where it is.
    pub unsafe fn changed(&mut self, uc: *mut uc_engine) {
        let wanted = self.records_accesses() || !self.watch.is_empty();
        if wanted != self.told {
            self.told = wanted;
            let me: *mut Observer = self;
            if wanted {
                uc_watch(uc, Some(page), Some(access), me.cast());
            } else {
                uc_watch(uc, None, None, std::ptr::null_mut());
            }
        }
    }

    fn mmu(&self) -> Option<&Mmu> {
        // SAFETY: see `mmu`.
        self.mmu.map(|mmu| unsafe { &*mmu })
    }
}

unsafe extern "C" fn page(opaque: *mut c_void, page: u64) -> bool {
    let me = &*opaque.cast::<Observer>();
    me.records_accesses() || me.mmu().is_some_and(|mmu| me.watch.has_page(page, mmu.root))
}

unsafe extern "C" fn access(opaque: *mut c_void, access: *const uc_access) -> bool {
    let me = &mut *opaque.cast::<Observer>();
    let access = &*access;
    let mut stop = false;
    if let Some(recording) = &mut me.recording {
        stop |= recording.access(access);
    }
    if let (false, Some(mmu)) = (me.watch.is_empty(), me.mmu) {
        stop |= me.watch.access(access, &*mmu);
    }
    stop
}
