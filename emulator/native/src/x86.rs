//! i386 and x86-64: struct pt_regs, thread block, descriptor tables, start state.
//!
//! Both run in long mode with a 64-bit Linux kernel's selectors, i386 code in a compatibility segment, so that segment
//! loads, far jumps and privilege behave as they do there.

use std::ffi::c_void;

use unicorn_engine::{
    uc_context, uc_context_alloc, uc_context_restore, uc_context_save, uc_emu_run, uc_engine, uc_error, uc_reg_write,
    uc_run_exit, uc_x86_mmr, RegisterX86 as R,
};

use crate::mmu::PrivatePage;
use crate::regs::Batch;

pub const PT_REGS_LEN_64: usize = 21 * 8;
pub const PT_REGS_LEN_32: usize = 17 * 4;
pub const THREAD_LEN: usize = 576;
const THREAD_TLS: usize = 32;
/// FCS and FDS, which the 64-bit layout of FXSAVE leaves out.
const THREAD_FPU_SELECTORS: usize = 56;
const THREAD_FXSAVE: usize = 64;

/// Where descriptors, start code and its stack lie; user accesses do not reach it.
pub const PRIVATE: PrivatePage = PrivatePage { vaddr: 0xffff_fe00_0000_0000, paddr: 1 << 40 };
const BOOT_CODE: usize = 0x400;
const BOOT_STACK: usize = 0x800;

const GDT_TLS: usize = 12;
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

/// C P A Z S T D O, NT, AC, ID. IF is always set, IOPL always 0.
const FLAGS_USER: u64 = 0x0024_4dd5;
const FLAGS_FIXED: u64 = 0x202;

const CR0: u32 = 0x0005_0033; // PE MP ET NE WP AM
const CR4: u32 = 0x0000_0620; // PAE OSFXSR OSXMMEXCPT

/// The CPU's idea of selectors as last loaded.
pub struct Segments {
    pub code: u16,
    pub stack: u16,
    /// ds es fs gs; above 0xffff: unknown.
    pub data: [u32; 4],
    gdt: *mut u64,
}

const DATA: [R; 4] = [R::DS, R::ES, R::FS, R::GS];
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
    unsafe fn set_tls(&mut self, descriptors: *const u64) {
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
        save_thread(uc, keep.as_mut_ptr(), segments);
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

const ORDER_64: [R; 15] = [
    R::R15,
    R::R14,
    R::R13,
    R::R12,
    R::RBP,
    R::RBX,
    R::R11,
    R::R10,
    R::R9,
    R::R8,
    R::RAX,
    R::RCX,
    R::RDX,
    R::RSI,
    R::RDI,
];
const IP_64: usize = 16;
const CS_64: usize = 17;
const FLAGS_64: usize = 18;
const SP_64: usize = 19;
const SS_64: usize = 20;

fn registers_64(regs: *mut u64) -> Batch<20> {
    let mut batch = Batch::new();
    for (i, register) in ORDER_64.into_iter().enumerate() {
        // SAFETY: pt_regs has 21 words.
        batch.add(register, unsafe { regs.add(i) });
    }
    unsafe {
        batch.add(R::RSP, regs.add(SP_64));
        batch.add(R::RIP, regs.add(IP_64));
    }
    batch
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn load_64(uc: *mut uc_engine, regs: *mut u64) {
    let mut flags = (*regs.add(FLAGS_64) & FLAGS_USER) | FLAGS_FIXED;
    let mut batch = registers_64(regs);
    batch.add(R::RFLAGS, &mut flags);
    batch.write(uc);
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn store_64(uc: *mut uc_engine, regs: *mut u64, segments: &mut Segments) {
    let mut batch = registers_64(regs);
    batch.add(R::RFLAGS, regs.add(FLAGS_64));
    batch.add(R::CS, &mut segments.code);
    batch.add(R::SS, &mut segments.stack);
    batch.read(uc);
    *regs.add(FLAGS_64) = (*regs.add(FLAGS_64) & FLAGS_USER) | FLAGS_FIXED;
    *regs.add(CS_64) = u64::from(segments.code);
    *regs.add(SS_64) = u64::from(segments.stack);
}

const ORDER_32: [R; 7] = [R::EBX, R::ECX, R::EDX, R::ESI, R::EDI, R::EBP, R::EAX];
const DATA_32: usize = 7;
const IP_32: usize = 12;
const CS_32: usize = 13;
const FLAGS_32: usize = 14;
const SP_32: usize = 15;
const SS_32: usize = 16;

fn registers_32(regs: *mut u32) -> Batch<16> {
    let mut batch = Batch::new();
    for (i, register) in ORDER_32.into_iter().enumerate() {
        // SAFETY: pt_regs has 17 words.
        batch.add(register, unsafe { regs.add(i) });
    }
    unsafe {
        batch.add(R::ESP, regs.add(SP_32));
        batch.add(R::EIP, regs.add(IP_32));
    }
    batch
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn load_32(uc: *mut uc_engine, regs: *mut u32, segments: &mut Segments) {
    for which in 0..4 {
        segments.load_data(uc, which, *regs.add(DATA_32 + which) & 0xffff);
    }
    let mut flags = ((u64::from(*regs.add(FLAGS_32)) & FLAGS_USER) | FLAGS_FIXED) as u32;
    let mut batch = registers_32(regs);
    batch.add(R::EFLAGS, &mut flags);
    batch.write(uc);
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn store_32(uc: *mut uc_engine, regs: *mut u32, segments: &mut Segments) {
    let mut data = [0u16; 4];
    let mut batch = registers_32(regs);
    batch.add(R::EFLAGS, regs.add(FLAGS_32));
    batch.add(R::CS, &mut segments.code);
    batch.add(R::SS, &mut segments.stack);
    for which in 0..4 {
        batch.add(DATA[which], &mut data[which]);
    }
    batch.read(uc);
    for which in 0..4 {
        segments.data[which] = u32::from(data[which]);
        *regs.add(DATA_32 + which) = u32::from(data[which]);
    }
    *regs.add(FLAGS_32) = ((u64::from(*regs.add(FLAGS_32)) & FLAGS_USER) | FLAGS_FIXED) as u32;
    *regs.add(CS_32) = u32::from(segments.code);
    *regs.add(SS_32) = u32::from(segments.stack);
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn pc(regs: *mut u8, is64: bool) -> u64 {
    if is64 {
        *regs.cast::<u64>().add(IP_64)
    } else {
        u64::from(*regs.cast::<u32>().add(IP_32))
    }
}

/// Code and stack selector of a pt_regs, with the lowest privilege.
///
/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn selectors(regs: *mut u8, is64: bool) -> (u16, u16) {
    if is64 {
        let regs = regs.cast::<u64>();
        (*regs.add(CS_64) as u16 | 3, *regs.add(SS_64) as u16 | 3)
    } else {
        let regs = regs.cast::<u32>();
        (*regs.add(CS_32) as u16 | 3, *regs.add(SS_32) as u16 | 3)
    }
}

/// Step back over an `int` that the descriptor's privilege forbids.
///
/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn back_up(regs: *mut u8, is64: bool, length: u64) {
    if is64 {
        let ip = regs.cast::<u64>().add(IP_64);
        *ip = (*ip).wrapping_sub(length);
    } else {
        let ip = regs.cast::<u32>().add(IP_32);
        *ip = (*ip).wrapping_sub(length as u32);
    }
}

/// x87 and SSE registers at their places in an FXSAVE image, all but the control words.
fn fpu_registers(image: *mut u8) -> Batch<32> {
    let mut batch = Batch::new();
    for i in 0..8 {
        // SAFETY: an image has 512 bytes.
        batch.add(R::ST0 as i32 + i, unsafe { image.add(32 + 16 * i as usize) });
    }
    for i in 0..16 {
        batch.add(R::XMM0 as i32 + i, unsafe { image.add(160 + 16 * i as usize) });
    }
    batch
}

fn fpu_selectors(selectors: &mut [u16; 2]) -> Batch<2> {
    let mut batch = Batch::new();
    batch.add(R::FCS, &mut selectors[0]);
    batch.add(R::FDS, &mut selectors[1]);
    batch
}

/// Intel 64 manual, volume 1, 10.5.1: the 64-bit layout of FXSAVE.
///
/// # Safety
/// `image` has 512 bytes.
unsafe fn save_fpu(uc: *mut uc_engine, image: *mut u8) {
    image.write_bytes(0, 512);
    let (mut control, mut status, mut tags, mut opcode) = (0u16, 0u16, 0u16, 0u16);
    let (mut fip, mut fdp, mut mxcsr) = (0u64, 0u64, 0u32);
    let mut batch = fpu_registers(image);
    batch.add(R::FPCW, &mut control);
    batch.add(R::FPSW, &mut status);
    batch.add(R::FPTAG, &mut tags);
    batch.add(R::FOP, &mut opcode);
    batch.add(R::FIP, &mut fip);
    batch.add(R::FDP, &mut fdp);
    batch.add(R::MXCSR, &mut mxcsr);
    batch.read(uc);
    let mut abridged = 0u8;
    for i in 0..8 {
        if tags >> (2 * i) & 3 != 3 {
            abridged |= 1 << i;
        }
    }
    image.cast::<u16>().write_unaligned(control);
    image.add(2).cast::<u16>().write_unaligned(status);
    image.add(4).write(abridged);
    image.add(6).cast::<u16>().write_unaligned(opcode);
    image.add(8).cast::<u64>().write_unaligned(fip);
    image.add(16).cast::<u64>().write_unaligned(fdp);
    image.add(24).cast::<u32>().write_unaligned(mxcsr);
    image.add(28).cast::<u32>().write_unaligned(0xffff);
}

/// # Safety
/// `image` has 512 bytes.
unsafe fn load_fpu(uc: *mut uc_engine, image: *const u8) {
    let image = image.cast_mut();
    let mut control = image.cast::<u16>().read_unaligned();
    let mut status = image.add(2).cast::<u16>().read_unaligned();
    let abridged = image.add(4).read();
    let mut opcode = image.add(6).cast::<u16>().read_unaligned();
    let mut fip = image.add(8).cast::<u64>().read_unaligned();
    let mut fdp = image.add(16).cast::<u64>().read_unaligned();
    let mut mxcsr = image.add(24).cast::<u32>().read_unaligned() & 0xffff;
    let mut tags = 0u16;
    for i in 0..8 {
        if abridged >> i & 1 == 0 {
            tags |= 3 << (2 * i);
        }
    }
    // The stack pointer is part of the status word, and ST(i) count from it.
    let mut batch = Batch::<7>::new();
    batch.add(R::FPCW, &mut control);
    batch.add(R::FPSW, &mut status);
    batch.add(R::FPTAG, &mut tags);
    batch.add(R::FOP, &mut opcode);
    batch.add(R::FIP, &mut fip);
    batch.add(R::FDP, &mut fdp);
    batch.add(R::MXCSR, &mut mxcsr);
    batch.write(uc);
    fpu_registers(image).write(uc);
}

/// # Safety
/// `block` has THREAD_LEN bytes.
pub unsafe fn load_thread(uc: *mut uc_engine, block: *const u8, segments: &mut Segments, is64: bool) {
    segments.set_tls(block.add(THREAD_TLS).cast());
    let at = block.add(THREAD_FPU_SELECTORS).cast::<u16>();
    let mut selectors = [at.read_unaligned(), at.add(1).read_unaligned()];
    fpu_selectors(&mut selectors).write(uc);
    load_fpu(uc, block.add(THREAD_FXSAVE));
    if !is64 {
        return;
    }
    // User code may have loaded others since they were looked at.
    segments.data = [UNKNOWN; 4];
    for which in 0..4 {
        segments.load_data(uc, which, block.add(16 + 4 * which).cast::<u32>().read_unaligned() & 0xffff);
    }
    // Linux: a null selector leaves the base that arch_prctl set; others have their descriptor's.
    for (which, register, at) in [(2, R::FS_BASE, 0), (3, R::GS_BASE, 8)] {
        if segments.data[which] < 4 {
            let base = block.add(at).cast::<u64>().read_unaligned();
            assert_eq!(uc_reg_write(uc, register as i32, (&raw const base).cast::<c_void>()), uc_error::OK);
        }
    }
}

/// # Safety
/// `block` has THREAD_LEN bytes.
pub unsafe fn save_thread(uc: *mut uc_engine, block: *mut u8, segments: &mut Segments) {
    let (mut fs_base, mut gs_base) = (0u64, 0u64);
    let mut data = [0u16; 4];
    let mut batch = Batch::<6>::new();
    batch.add(R::FS_BASE, &mut fs_base);
    batch.add(R::GS_BASE, &mut gs_base);
    for which in 0..4 {
        batch.add(DATA[which], &mut data[which]);
    }
    batch.read(uc);
    block.cast::<u64>().write_unaligned(fs_base);
    block.add(8).cast::<u64>().write_unaligned(gs_base);
    for which in 0..4 {
        segments.data[which] = u32::from(data[which]);
        block.add(16 + 4 * which).cast::<u32>().write_unaligned(u32::from(data[which]));
    }
    for i in 0..3 {
        block.add(THREAD_TLS + 8 * i).cast::<u64>().write_unaligned(*segments.gdt.add(GDT_TLS + i));
    }
    let mut selectors = [0u16; 2];
    fpu_selectors(&mut selectors).read(uc);
    let at = block.add(THREAD_FPU_SELECTORS).cast::<u16>();
    at.write_unaligned(selectors[0]);
    at.add(1).write_unaligned(selectors[1]);
    at.add(2).cast::<u32>().write_unaligned(0);
    save_fpu(uc, block.add(THREAD_FXSAVE));
}
