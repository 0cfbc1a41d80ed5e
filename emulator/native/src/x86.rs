//! i386 and x86-64: struct pt_regs, thread block, descriptor tables, start state.
//!
//! Both run in long mode with a 64-bit Linux kernel's selectors, i386 code in a compatibility segment, so that segment
//! loads, far jumps and privilege behave as they do there.

use std::ffi::c_void;

use unicorn_engine::{uc_engine, uc_error, uc_reg_write, RegisterX86 as R};

use crate::fpu;
use crate::regs::Batch;
use crate::segments::{Segments, DATA, GDT_TLS, UNKNOWN};

pub const PT_REGS_LEN_64: usize = 21 * 8;
pub const PT_REGS_LEN_32: usize = 17 * 4;
pub const THREAD_LEN: usize = 576;
const THREAD_TLS: usize = 32;
/// FCS and FDS, which the 64-bit layout of FXSAVE leaves out.
const THREAD_FPU_SELECTORS: usize = 56;
const THREAD_FXSAVE: usize = 64;

/// C P A Z S T D O, NT, AC, ID. IF is always set, IOPL always 0.
const FLAGS_USER: u64 = 0x0024_4dd5;
pub const FLAGS_FIXED: u64 = 0x202;

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
    for (register, selector) in DATA.into_iter().zip(&mut data) {
        batch.add(register, selector);
    }
    batch.read(uc);
    segments.data = data.map(u32::from);
    for (which, selector) in segments.data.into_iter().enumerate() {
        *regs.add(DATA_32 + which) = selector;
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

/// The stack pointer of a pt_regs of 64 bits.
///
/// # Safety
/// `regs` is one.
pub unsafe fn sp_64(regs: *const u8) -> u64 {
    *regs.cast::<u64>().add(SP_64)
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

/// # Safety
/// `block` has THREAD_LEN bytes.
pub unsafe fn load_thread(uc: *mut uc_engine, block: *const u8, segments: &mut Segments, is64: bool) {
    segments.set_tls(block.add(THREAD_TLS).cast());
    let at = block.add(THREAD_FPU_SELECTORS).cast::<u16>();
    let mut selectors = [at.read_unaligned(), at.add(1).read_unaligned()];
    fpu::selectors(&mut selectors).write(uc);
    fpu::load(uc, block.add(THREAD_FXSAVE));
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
pub unsafe fn save_thread(uc: *mut uc_engine, block: *mut u8, segments: &mut Segments, is64: bool) {
    let (mut fs_base, mut gs_base) = (0u64, 0u64);
    let mut data = [0u16; 4];
    let mut batch = Batch::<6>::new();
    batch.add(R::FS_BASE, &mut fs_base);
    batch.add(R::GS_BASE, &mut gs_base);
    for (register, selector) in DATA.into_iter().zip(&mut data) {
        batch.add(register, selector);
    }
    batch.read(uc);
    // What was to be loaded anew still is: the CPU's own is of whoever ran last.
    for (known, now) in segments.data.iter_mut().zip(data) {
        if *known != UNKNOWN {
            *known = u32::from(now);
        }
    }
    // On i386 they stand in pt_regs and follow from the descriptors; what the CPU has is of whoever ran last.
    block.write_bytes(0, THREAD_TLS);
    if is64 {
        block.cast::<u64>().write_unaligned(fs_base);
        block.add(8).cast::<u64>().write_unaligned(gs_base);
        for (which, selector) in data.into_iter().enumerate() {
            block.add(16 + 4 * which).cast::<u32>().write_unaligned(u32::from(selector));
        }
    }
    for i in 0..3 {
        block.add(THREAD_TLS + 8 * i).cast::<u64>().write_unaligned(*segments.gdt.add(GDT_TLS + i));
    }
    let mut selectors = [0u16; 2];
    fpu::selectors(&mut selectors).read(uc);
    let at = block.add(THREAD_FPU_SELECTORS).cast::<u16>();
    at.write_unaligned(selectors[0]);
    at.add(1).write_unaligned(selectors[1]);
    at.add(2).cast::<u32>().write_unaligned(0);
    fpu::save(uc, block.add(THREAD_FXSAVE));
}
