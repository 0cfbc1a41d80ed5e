//! ARM: struct pt_regs, thread block, start state.

use std::ptr::null_mut;

use unicorn_engine::{uc_context, uc_engine, RegisterARM as R, RegisterARMCP};

use crate::regs::Batch;

pub const PT_REGS_LEN: usize = 18 * 4;
pub const THREAD_LEN: usize = 288;
const THREAD_VFP: usize = 16;
/// What ldrex has marked: the address, the value, and whether there is one at all.
const THREAD_EXCLUSIVE: usize = 272;

/// Registers that edit 13 adds.
const EXCLUSIVE_ADDRESS: i32 = 0x7f00;
const EXCLUSIVE_VALUE: i32 = 0x7f01;
const NO_ADDRESS: u64 = u64::MAX;

/// N Z C V Q, IT, GE, E, T: what user mode may have.
const CPSR_USER: u32 = 0xf80f_0000 | 0x0600_fc00 | 0x0000_0220;
const MODE_USR: u32 = 0x10;
const THUMB: u32 = 0x20;

const PC: usize = 15;
const CPSR: usize = 16;

fn core_registers(regs: *mut u32) -> Batch<17> {
    let mut batch = Batch::new();
    for i in 0..=12 {
        // SAFETY: pt_regs has 18 words.
        batch.add(R::R0 as i32 + i, unsafe { regs.add(i as usize) });
    }
    unsafe {
        batch.add(R::R13, regs.add(13));
        batch.add(R::R14, regs.add(14));
    }
    batch
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn load(uc: *mut uc_engine, regs: *mut u32) {
    let mut cpsr = (*regs.add(CPSR) & CPSR_USER) | MODE_USR;
    let mut pc = fetch_address(regs, *regs.add(PC));
    let mut batch = core_registers(regs);
    // The program counter clears the T bit, so CPSR comes behind it.
    batch.add(R::PC, &mut pc);
    batch.add(R::CPSR, &mut cpsr);
    batch.write(uc);
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn store(uc: *mut uc_engine, regs: *mut u32) {
    let mut batch = core_registers(regs);
    batch.add(R::PC, regs.add(PC));
    batch.add(R::CPSR, regs.add(CPSR));
    batch.read(uc);
    *regs.add(CPSR) = (*regs.add(CPSR) & CPSR_USER) | MODE_USR;
    *regs.add(PC) = fetch_address(regs, *regs.add(PC));
}

/// Bits 1 and 0 of the program counter are ignored in ARM state: a branch to such an address is UNPREDICTABLE, and
/// leaves them set in the engine.
///
/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn fetch_address(regs: *const u32, address: u32) -> u32 {
    if *regs.add(CPSR) & THUMB != 0 { address & !1 } else { address & !3 }
}

/// # Safety
/// `regs` points to a pt_regs.
pub unsafe fn pc(regs: *mut u32) -> u64 {
    u64::from(*regs.add(PC) & !1)
}

fn tpidrurw(val: u64) -> RegisterARMCP {
    RegisterARMCP { cp: 15, is64: 0, sec: 0, crn: 13, crm: 0, opc1: 0, opc2: 2, val }
}

fn vfp(block: *mut u8) -> Batch<34> {
    let mut batch = Batch::new();
    for i in 0..32 {
        // SAFETY: the block holds 32 registers behind THREAD_VFP.
        batch.add(R::D0 as i32 + i, unsafe { block.add(THREAD_VFP + 8 * i as usize) });
    }
    batch
}

/// # Safety
/// `block` has THREAD_LEN bytes.
pub unsafe fn load_thread(uc: *mut uc_engine, block: *const u8) {
    let word = |at: usize| block.add(at).cast::<u32>().read_unaligned();
    let mut tp = word(0);
    let mut fpscr = word(8);
    let mut batch = vfp(block.cast_mut());
    batch.add(R::C13_C0_3, &mut tp);
    batch.add(R::FPSCR, &mut fpscr);
    batch.write(uc);
    let mut reg = tpidrurw(u64::from(word(4)));
    let mut batch = Batch::<1>::new();
    batch.add(R::CP_REG, &mut reg);
    batch.write(uc);
    let marked = word(12) & 1 != 0;
    let address = if marked { u64::from(word(THREAD_EXCLUSIVE + 8)) } else { NO_ADDRESS };
    set_exclusive(uc, address, block.add(THREAD_EXCLUSIVE).cast::<u64>().read_unaligned());
}

unsafe fn set_exclusive(uc: *mut uc_engine, mut address: u64, mut value: u64) {
    let mut batch = Batch::<2>::new();
    batch.add(EXCLUSIVE_ADDRESS, &mut address);
    batch.add(EXCLUSIVE_VALUE, &mut value);
    batch.write(uc);
}

/// What the way back from the kernel does on every ARM. Linux: arch/arm/kernel/entry-header.S restore_user_regs.
///
/// # Safety
/// `uc` is an ARM engine.
pub unsafe fn clear_exclusive(uc: *mut uc_engine) {
    set_exclusive(uc, NO_ADDRESS, 0);
}

/// # Safety
/// `block` has THREAD_LEN bytes.
pub unsafe fn save_thread(uc: *mut uc_engine, block: *mut u8) {
    let (mut tp, mut fpscr) = (0u32, 0u32);
    let mut reg = tpidrurw(0);
    let mut batch = vfp(block);
    batch.add(R::C13_C0_3, &mut tp);
    batch.add(R::FPSCR, &mut fpscr);
    batch.read(uc);
    let mut batch = Batch::<1>::new();
    batch.add(R::CP_REG, &mut reg);
    batch.read(uc);
    let (mut address, mut value) = (0u64, 0u64);
    let mut batch = Batch::<2>::new();
    batch.add(EXCLUSIVE_ADDRESS, &mut address);
    batch.add(EXCLUSIVE_VALUE, &mut value);
    batch.read(uc);
    let marked = u32::from(address != NO_ADDRESS);
    if marked == 0 {
        (address, value) = (0, 0);
    }
    block.add(THREAD_EXCLUSIVE).cast::<u64>().write_unaligned(value);
    let words = [(0, tp), (4, reg.val as u32), (8, fpscr), (12, marked), (280, address as u32), (284, 0)];
    for (at, value) in words {
        block.add(at).cast::<u32>().write_unaligned(value);
    }
}

/// User mode with VFP and NEON on.
///
/// # Safety
/// `uc` is a fresh ARM engine.
pub unsafe fn boot(uc: *mut uc_engine) -> *mut uc_context {
    let mut cpacr = 0x00f0_0000u32;
    let mut fpexc = 0x4000_0000u32;
    let mut cpsr = MODE_USR;
    let mut batch = Batch::<3>::new();
    batch.add(R::C1_C0_2, &mut cpacr);
    batch.add(R::FPEXC, &mut fpexc);
    batch.add(R::CPSR, &mut cpsr);
    batch.write(uc);
    null_mut()
}
