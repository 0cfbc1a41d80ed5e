//! Descriptor tables and selectors of the x86 CPU, and its way into user mode.

use unicorn_engine::{
    uc_context, uc_context_alloc, uc_context_restore, uc_context_save, uc_emu_run, uc_engine, uc_error, uc_reg_write,
    uc_run_exit, uc_x86_mmr, RegisterX86 as R,
};

use crate::mmu::PrivatePage;
use crate::regs::Batch;
use crate::x86::{load_thread, save_thread, FLAGS_FIXED, THREAD_LEN};

/// Where descriptors, start code and its stack lie; user accesses do not reach it.
pub const PRIVATE: PrivatePage = PrivatePage { vaddr: 0xffff_fe00_0000_0000, paddr: 1 << 40 };
const BOOT_CODE: usize = 0x400;
const BOOT_STACK: usize = 0x800;

pub const GDT_TLS: usize = 12;
const GDT_ENTRIES: usize = 16;
/// Linux: arch/x86/include/asm/segment.h, gdt_page in arch/x86/kernel/cpu/common.c.
const GDT: [u64; GDT_ENTRIES] = [
    0,
    0x00cf_9b00_0000_ffff, // __KERNEL32_CS
    0x00af_9b00_0000_ffff, // __KERNEL_CS
    0x00cf_9300_0000_ffff, // __KERNEL_DS
    0x00cf_fb00_0000_ffff, // __USER32_CS 0x23
    0x00cf_f300_0000_ffff, // __USER_DS 0x2b
    0x00af_fb00_0000_ffff, // __USER_CS 0x33
    0,
    0,
    0,
    0,
    0,
    0, // TLS
    0,
    0,
    0x0040_f500_0000_0000, // __CPUNODE_SEG: CPU 0 of node 0
];

const CR0: u32 = 0x0005_0033; // PE MP ET NE WP AM
const CR4: u32 = 0x0001_0620; // PAE OSFXSR OSXMMEXCPT FSGSBASE

/// The CPU's idea of selectors as last loaded.
pub struct Segments {
    pub code: u16,
    pub stack: u16,
    /// ds es fs gs; above 0xffff: unknown.
    pub data: [u32; 4],
    pub gdt: *mut u64,
}

pub const DATA: [R; 4] = [R::DS, R::ES, R::FS, R::GS];
pub const UNKNOWN: u32 = 0x1_0000;

impl Segments {
    pub fn new(page: *mut u8) -> Segments {
        // SAFETY: the private page has 4096 bytes.
        unsafe {
            page.cast::<u64>().copy_from(GDT.as_ptr(), GDT_ENTRIES);
            // iretq
            page.add(BOOT_CODE).copy_from([0x48u8, 0xcf].as_ptr(), 2);
        }
        Segments { code: 0, stack: 0, data: [UNKNOWN; 4], gdt: page.cast() }
    }

    /// Would a load of this selector by user code succeed? Otherwise the null selector is loaded, as Linux does.
    fn loadable(&self, selector: u32) -> u16 {
        let index = (selector >> 3) as usize & 0x1fff;
        let data_or_readable = [4, 5, 6].contains(&index)
            || ((GDT_TLS..GDT_TLS + 3).contains(&index) && {
                // SAFETY: inside the table.
                let high = unsafe { *self.gdt.add(index) } >> 32;
                let code = high & 0x800 != 0;
                high & 0x8000 != 0 && high & 0x1000 != 0 && high >> 13 & 3 == 3 && (!code || high & 0x200 != 0)
            });
        if selector & 4 == 0 && data_or_readable {
            selector as u16
        } else {
            0
        }
    }

    /// # Safety
    /// `uc` is the engine these belong to.
    pub unsafe fn load_data(&mut self, uc: *mut uc_engine, which: usize, selector: u32) {
        if self.data[which] == selector {
            return;
        }
        let mut usable = self.loadable(selector & 0xffff);
        // 1 to 3 are null selectors too, and stay what they are.
        if selector & 0xffff < 4 {
            usable = selector as u16;
        }
        let err = uc_reg_write(uc, DATA[which] as i32, (&raw const usable).cast());
        assert_eq!(err, uc_error::OK, "segment load");
        self.data[which] = u32::from(usable);
    }

    /// # Safety
    /// `descriptors` points to three.
    pub unsafe fn set_tls(&mut self, descriptors: *const u64) {
        for i in 0..3 {
            // The accessed bit, as fill_ldt() sets it.
            let wanted = match descriptors.add(i).read_unaligned() {
                0 => 0,
                descriptor => descriptor | 1 << 40,
            };
            let entry = self.gdt.add(GDT_TLS + i);
            if *entry != wanted {
                *entry = wanted;
                for data in &mut self.data {
                    if *data >> 3 == (GDT_TLS + i) as u32 {
                        *data = UNKNOWN;
                    }
                }
            }
        }
    }
}

/// The state of the CPU in its kernel: what it goes back to when code and stack segments must be loaded anew.
///
/// # Safety
/// `uc` is a fresh x86 engine with its TLB hook and the private page in place.
pub unsafe fn boot(uc: *mut uc_engine) -> *mut uc_context {
    let mut gdtr = uc_x86_mmr { selector: 0, base: PRIVATE.vaddr, limit: (GDT_ENTRIES * 8 - 1) as u32, flags: 0 };
    let (mut cr0, mut cr4) = (CR0, CR4);
    let mut batch = Batch::<3>::new();
    batch.add(R::GDTR, &mut gdtr);
    batch.add(R::CR0, &mut cr0);
    batch.add(R::CR4, &mut cr4);
    batch.write(uc);
    let mut context = std::ptr::null_mut();
    assert_eq!(uc_context_alloc(uc, &mut context), uc_error::OK);
    assert_eq!(uc_context_save(uc, context), uc_error::OK);
    context
}

/// Enter user mode with these code and stack selectors, by iretq; data segments are unknown afterwards. False when the
/// CPU refuses them.
///
/// # Safety
/// `page` is the private page.
pub unsafe fn enter_user(
    uc: *mut uc_engine,
    context: *mut uc_context,
    page: *mut u8,
    segments: &mut Segments,
    code: u16,
    stack: u16,
) -> bool {
    let mut keep = [0u8; THREAD_LEN];
    let entered_before = segments.code != 0;
    if entered_before {
        save_thread(uc, keep.as_mut_ptr(), segments, true);
    }
    assert_eq!(uc_context_restore(uc, context), uc_error::OK);
    let frame = page.add(BOOT_STACK).cast::<u64>();
    for (i, value) in [0, u64::from(code), FLAGS_FIXED, 0, u64::from(stack)].into_iter().enumerate() {
        frame.add(i).write(value);
    }
    let mut rip = PRIVATE.vaddr + BOOT_CODE as u64;
    let mut rsp = PRIVATE.vaddr + BOOT_STACK as u64;
    let mut batch = Batch::<2>::new();
    batch.add(R::RIP, &mut rip);
    batch.add(R::RSP, &mut rsp);
    batch.write(uc);
    let mut stop: uc_run_exit = std::mem::zeroed();
    assert_eq!(uc_emu_run(uc, 1, 1, &mut stop), uc_error::OK);
    let entered = stop.executed == 1 && stop.exception == -1 && !stop.tlb_miss;
    if entered {
        segments.code = code;
        segments.stack = stack;
    }
    segments.data = [UNKNOWN; 4];
    if entered_before {
        load_thread(uc, keep.as_ptr(), segments, true);
    }
    entered
}
