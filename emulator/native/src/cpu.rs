//! One virtual CPU: a Unicorn engine on the machine's RAM, run until something happens.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::rc::Rc;

use unicorn_engine::{
    uc_breakpoint, uc_clock, uc_close, uc_code_invalidate, uc_code_map, uc_context, uc_context_free, uc_cpuid, uc_ctl,
    uc_emu_run, uc_engine, uc_error, uc_hook, uc_hook_add, uc_mem_map_ptr, uc_open, uc_run_exit, uc_tlb_flush_page,
    Arch, ControlType, HookType, Mode, Prot, TlbType,
};

use crate::mmu::{tlb_fill, Mmu};
use crate::observe::Observer;
use crate::ram::{Mapping, Ram, PAGE_LEN};
use crate::record::Recording;
use crate::segments::{self, Segments};
use crate::watch::Watchpoint;
use crate::{arm, x86};

/// Words that JavaScript and the CPU share: EXIT_* of kernel/ports.ts, then what emulator/engine/cpu.ts asks for.
pub const SHARED_WORDS: usize = THREAD + 144;
const ASK_PT_REGS: usize = 9;
const ASK_BUDGET: usize = 10;
const ASK_ROOT: usize = 11;
/// FLUSH_*: what leaves the TLB before the next run.
const ASK_FLUSH: usize = 12;
/// Two words, low first: the page for FLUSH_PAGE.
const ASK_PAGE: usize = 14;
/// Two words, low first: instructions retired before the next run; each run moves it on.
const CLOCK: usize = 16;
/// A thread block, for load_thread and save_thread.
const THREAD: usize = 20;

const FLUSH_NOTHING: u32 = 0;
const FLUSH_ALL: u32 = 1;
const FLUSH_PAGE: u32 = 2;

const KIND_BUDGET: u32 = 0;
const KIND_SYSCALL: u32 = 1;
const KIND_FAULT: u32 = 2;
const KIND_EXCEPTION: u32 = 3;
const KIND_BREAKPOINT: u32 = 4;
const KIND_WATCHPOINT: u32 = 5;
const KIND_RECORD_FULL: u32 = 6;
const TRAP_INT80: u32 = 0;
const TRAP_SYSCALL: u32 = 1;
const TRAP_SYSENTER: u32 = 2;
const TRAP_SVC: u32 = 3;

/// Numbers of Unicorn's that are no vectors of the ISA.
const NONE: i32 = -1;
const SYSCALL: i32 = 0x101;
const SYSENTER: i32 = 0x103;
const DEBUG: i32 = 0x1_0002;
const FIRST_INTERNAL: i32 = 0x1_0000;
const ARM_SWI: i32 = 2;
/// #SS, and which segments an instruction uses, as uc_run_exit has it.
const STACK_FAULT: u32 = 12;
const STACK_ONLY: u32 = 1;
const STACK_TOO: u32 = 3;

/// Translated code of one CPU; when it is full, all of it is dropped.
const CODE_BUFFER_LEN: u32 = 64 << 20;

#[derive(Clone, Copy, PartialEq)]
pub enum Isa {
    I386,
    X86_64,
    Arm,
}

impl Isa {
    pub fn named(name: &str) -> Option<Isa> {
        match name {
            "i386" => Some(Isa::I386),
            "x86_64" => Some(Isa::X86_64),
            "arm" => Some(Isa::Arm),
            _ => None,
        }
    }

    pub fn pt_regs_len(self) -> usize {
        match self {
            Isa::I386 => x86::PT_REGS_LEN_32,
            Isa::X86_64 => x86::PT_REGS_LEN_64,
            Isa::Arm => arm::PT_REGS_LEN,
        }
    }

    pub fn thread_len(self) -> usize {
        match self {
            Isa::I386 | Isa::X86_64 => x86::THREAD_LEN,
            Isa::Arm => arm::THREAD_LEN,
        }
    }
}

/// What ended a run.
#[derive(Default)]
struct Exit {
    kind: u32,
    address: u64,
    access: u32,
    trap: u32,
    vector: u32,
    error_code: u32,
}

pub struct CpuState {
    pub isa: Isa,
    pub ram: Rc<Ram>,
    uc: *mut uc_engine,
    boot: *mut uc_context,
    mmu: Box<Mmu>,
    /// x86: descriptor tables.
    private: Mapping,
    segments: Segments,
    pub observer: Box<Observer>,
    pub shared: Rc<[Cell<u32>; SHARED_WORDS]>,
}

impl CpuState {
    /// Errors name the Unicorn call that failed.
    pub fn open(isa: Isa, ram: Rc<Ram>) -> Result<Box<CpuState>, String> {
        let private = Mapping::new(PAGE_LEN).ok_or("no memory")?;
        let (arch, mode) = match isa {
            Isa::Arm => (Arch::ARM, Mode::ARM),
            Isa::I386 | Isa::X86_64 => (Arch::X86, Mode::MODE_64),
        };
        let mut uc = null_mut();
        // SAFETY: out pointer.
        check("uc_open", unsafe { uc_open(arch, mode, &mut uc) })?;
        let mut cpu = Box::new(CpuState {
            isa,
            uc,
            boot: null_mut(),
            mmu: Box::new(Mmu {
                ram: ram.bytes.ptr,
                dirty: ram.dirty.ptr,
                ram_len: ram.bytes.len as u64,
                root: 0,
                address_mask: if isa == Isa::X86_64 { u64::MAX } else { 0xffff_ffff },
                private: (isa != Isa::Arm).then_some(segments::PRIVATE),
                fault_address: 0,
                fault_access: 0,
            }),
            segments: Segments::new(private.ptr),
            private,
            observer: Box::default(),
            shared: Rc::new(std::array::from_fn(|_| Cell::new(0))),
            ram,
        });
        // SAFETY: the engine is fresh, and all that it is given outlives it.
        unsafe { cpu.set_up()? };
        cpu.observer.mmu = Some(&*cpu.mmu);
        let me: *mut CpuState = &mut *cpu;
        cpu.ram.cpus.borrow_mut().push(me);
        Ok(cpu)
    }

    unsafe fn set_up(&mut self) -> Result<(), String> {
        let uc = self.uc;
        if self.isa == Isa::Arm {
            // Old ARMs have pages of 1 KiB, and Unicorn's default serves all.
            check("page size", uc_ctl(uc, control(ControlType::UC_PAGE_SIZE, 1), PAGE_LEN as u32))?;
        }
        check("buffer size", uc_ctl(uc, control(ControlType::TCG_BUFFER_SIZE, 1), CODE_BUFFER_LEN))?;
        check("exits", uc_ctl(uc, control(ControlType::UC_USE_EXITS, 1), 1i32))?;
        check("TLB type", uc_ctl(uc, control(ControlType::TLB_TYPE, 1), TlbType::VIRTUAL as i32))?;
        // RAM first: translated code is named by offsets in the order of mapping.
        let (ram, len) = (self.ram.bytes.ptr, self.ram.bytes.len);
        check("map RAM", uc_mem_map_ptr(uc, 0, len as u64, Prot::ALL.0, ram.cast()))?;
        check("code map", uc_code_map(uc, self.ram.has_code.ptr, len / PAGE_LEN))?;
        let mut hook: uc_hook = std::mem::zeroed();
        let mmu: *mut Mmu = &mut *self.mmu;
        let fill = tlb_fill as *mut c_void;
        check("hook", uc_hook_add(uc, &mut hook, HookType::TLB_FILL.0 as i32, fill, mmu.cast(), 1, 0))?;
        if self.isa == Isa::Arm {
            self.boot = arm::boot(uc);
            return Ok(());
        }
        let page = self.private.ptr;
        check("map page", uc_mem_map_ptr(uc, segments::PRIVATE.paddr, PAGE_LEN as u64, Prot::ALL.0, page.cast()))?;
        self.boot = segments::boot(uc);
        let code = if self.isa == Isa::X86_64 { 0x33 } else { 0x23 };
        if !segments::enter_user(uc, self.boot, page, &mut self.segments, code, 0x2b) {
            return Err("user mode".into());
        }
        let mut fresh = [0u8; x86::THREAD_LEN];
        fresh[64..66].copy_from_slice(&0x37fu16.to_le_bytes());
        fresh[88..92].copy_from_slice(&0x1f80u32.to_le_bytes());
        x86::load_thread(uc, fresh.as_ptr(), &mut self.segments, self.isa == Isa::X86_64);
        Ok(())
    }

    /// x86: rows of six words for uc_cpuid. False when they are refused.
    pub fn identify(&mut self, rows: &[u32]) -> bool {
        // SAFETY: the rows are copied.
        unsafe { uc_cpuid(self.uc, rows.as_ptr(), rows.len() / 6) == uc_error::OK }
    }

    /// Run as the shared words ask. False when they are out of range.
    pub fn run(&mut self) -> bool {
        let (pt_regs, budget) = (self.shared[ASK_PT_REGS].get() as usize, self.shared[ASK_BUDGET].get());
        let word = if self.isa == Isa::X86_64 { 8 } else { 4 };
        if pt_regs % word != 0 || pt_regs + self.isa.pt_regs_len() > self.ram.bytes.len || budget == 0 {
            return false;
        }
        // SAFETY: pt_regs is in RAM; the engine is ours.
        unsafe {
            let regs = self.ram.bytes.ptr.add(pt_regs);
            for at in [pt_regs, pt_regs + self.isa.pt_regs_len() - 1] {
                *self.ram.dirty.ptr.add(at / PAGE_LEN) = 1;
            }
            self.flush_as_asked();
            uc_clock(self.uc, self.double_word(CLOCK));
            let room = self.observer.recording.as_ref().map_or(budget, |recording| recording.room().min(budget));
            let (exit, retired) = if room == 0 {
                (Exit { kind: KIND_RECORD_FULL, ..Exit::default() }, 0)
            } else if self.load(regs) {
                self.execute(regs, room, budget)
            } else {
                // iret of the kernel would fault with selectors that do not exist.
                (general_protection(0), 0)
            };
            self.report(&exit, retired);
        }
        true
    }

    /// Run what is loaded: at most `room` instructions, for a budget that may be larger.
    unsafe fn execute(&mut self, regs: *mut u8, room: u32, budget: u32) -> (Exit, u64) {
        let mut over = self.observer.breakpoints.any_at(self.pc(regs));
        let mut left = u64::from(room);
        self.observer.watch.begin_run();
        let stop = loop {
            let stop = self.run_once(regs, left, over);
            left -= stop.executed;
            over = false;
            // Hints such as WFI, YIELD or PAUSE leave the engine; the program goes on.
            let mut goes_on = stop.exception >= FIRST_INTERNAL && stop.exception != DEBUG;
            if stop.exception == DEBUG {
                self.store(regs);
                // In another address space it is none.
                goes_on = !self.observer.breakpoints.applies(self.pc(regs), self.mmu.root);
                over = goes_on;
            }
            if !goes_on || left == 0 || !self.observer.watch.hits.is_empty() {
                break stop;
            }
        };
        self.store(regs);
        let mut retired = u64::from(room) - left;
        let mut exit = self.classify(&stop, regs, &mut retired);
        if let Some(hit) = self.observer.watch.hits.first() {
            let access = &hit.access;
            let (write, length) = (u32::from(access.write), u32::from(access.size));
            exit = Exit { kind: KIND_WATCHPOINT, address: access.address, access: write, ..Exit::default() };
            (exit.vector, exit.error_code) = (hit.id, length);
        } else if left == 0 && (exit.kind == KIND_BREAKPOINT || exit.kind == KIND_FAULT) {
            // Met on the way to an instruction that was not to run any more.
            exit = Exit { kind: KIND_BUDGET, ..Exit::default() };
        }
        if exit.kind == KIND_BUDGET && retired < u64::from(budget) {
            exit.kind = KIND_RECORD_FULL;
        }
        let kernel = matches!(exit.kind, KIND_SYSCALL | KIND_FAULT | KIND_EXCEPTION);
        if kernel && self.isa == Isa::Arm {
            arm::clear_exclusive(self.uc);
        }
        (exit, retired)
    }

    unsafe fn run_once(&mut self, regs: *const u8, budget: u64, over: bool) -> uc_run_exit {
        let mut stop: uc_run_exit = std::mem::zeroed();
        if let Some(recording) = &mut self.observer.recording {
            let orig = match self.isa {
                Isa::Arm => u64::from(*regs.cast::<u32>().add(17)),
                Isa::I386 => u64::from(*regs.cast::<u32>().add(11)),
                Isa::X86_64 => *regs.cast::<u64>().add(15),
            };
            recording.begin_run(self.uc, orig);
        }
        uc_emu_run(self.uc, budget, u32::from(over), &mut stop);
        if let Some(recording) = &mut self.observer.recording {
            recording.end_run(self.uc, stop.executed);
        }
        self.observer.watch.end_run(stop.executed);
        stop
    }

    unsafe fn load(&mut self, regs: *mut u8) -> bool {
        let is64 = match self.isa {
            Isa::Arm => {
                arm::load(self.uc, regs.cast());
                return true;
            }
            isa => isa == Isa::X86_64,
        };
        let (code, stack) = x86::selectors(regs, is64);
        if (code, stack) != (self.segments.code, self.segments.stack)
            && !segments::enter_user(self.uc, self.boot, self.private.ptr, &mut self.segments, code, stack)
        {
            let code = if is64 { 0x33 } else { 0x23 };
            segments::enter_user(self.uc, self.boot, self.private.ptr, &mut self.segments, code, 0x2b);
            return false;
        }
        if is64 {
            x86::load_64(self.uc, regs.cast());
        } else {
            x86::load_32(self.uc, regs.cast(), &mut self.segments);
        }
        true
    }

    unsafe fn store(&mut self, regs: *mut u8) {
        match self.isa {
            Isa::Arm => arm::store(self.uc, regs.cast()),
            Isa::X86_64 => x86::store_64(self.uc, regs.cast(), &mut self.segments),
            Isa::I386 => x86::store_32(self.uc, regs.cast(), &mut self.segments),
        }
    }

    unsafe fn pc(&self, regs: *mut u8) -> u64 {
        match self.isa {
            Isa::Arm => arm::pc(regs.cast()),
            isa => x86::pc(regs, isa == Isa::X86_64),
        }
    }

    unsafe fn classify(&self, stop: &uc_run_exit, regs: *mut u8, retired: &mut u64) -> Exit {
        if stop.tlb_miss {
            let address = self.mmu.fault_address;
            let canonical = self.isa != Isa::X86_64 || address >> 47 == 0 || address >> 47 == 0x1_ffff;
            if !canonical {
                let near = address.abs_diff(x86::sp_64(regs)) <= 64;
                return if stop.segments == STACK_ONLY || stop.segments == STACK_TOO && near {
                    exception(STACK_FAULT, 0, 0)
                } else {
                    general_protection(0)
                };
            }
            let access = self.mmu.fault_access;
            let address = if self.isa == Isa::Arm && access == crate::mmu::EXEC {
                u64::from(arm::fetch_address(regs.cast(), address as u32))
            } else {
                address
            };
            return Exit { kind: KIND_FAULT, address, access, ..Exit::default() };
        }
        match (stop.exception, self.isa) {
            (NONE, _) => Exit { kind: KIND_BUDGET, ..Exit::default() },
            (DEBUG, _) => Exit { kind: KIND_BREAKPOINT, ..Exit::default() },
            (FIRST_INTERNAL.., _) => Exit { kind: KIND_BUDGET, ..Exit::default() },
            (ARM_SWI, Isa::Arm) => syscall(TRAP_SVC),
            (vector, Isa::Arm) => exception(vector as u32, 0, stop.address),
            (SYSCALL, _) => syscall(TRAP_SYSCALL),
            (SYSENTER, _) => syscall(TRAP_SYSENTER),
            (0x80, _) if stop.software => syscall(TRAP_INT80),
            // int 3 and int 4 are open to user code and int1 asks no gate; the gates of the others are closed.
            (vector, isa) if stop.software && vector != 3 && vector != 4 && !(vector == 1 && stop.length == 1) => {
                x86::back_up(regs, isa == Isa::X86_64, u64::from(stop.length));
                *retired -= 1;
                general_protection(vector as u32 * 8 + 2)
            }
            (vector, _) => exception(vector as u32, stop.error_code as u32, 0),
        }
    }

    fn double_word(&self, at: usize) -> u64 {
        u64::from(self.shared[at].get()) | u64::from(self.shared[at + 1].get()) << 32
    }

    fn report(&mut self, exit: &Exit, retired: u64) {
        let words = [
            exit.kind,
            retired as u32,
            (retired >> 32) as u32,
            exit.address as u32,
            (exit.address >> 32) as u32,
            exit.access,
            exit.trap,
            exit.vector,
            exit.error_code,
        ];
        for (shared, word) in self.shared.iter().zip(words) {
            shared.set(word);
        }
        let clock = self.double_word(CLOCK).wrapping_add(retired);
        self.shared[CLOCK].set(clock as u32);
        self.shared[CLOCK + 1].set((clock >> 32) as u32);
    }

    /// Flush the TLB before the next run.
    pub fn ask_flush(&self) {
        self.shared[ASK_FLUSH].set(FLUSH_ALL);
    }

    /// Flush now what the shared words ask for.
    pub fn flush_as_asked(&mut self) {
        // SAFETY: the engine is ours.
        unsafe {
            match self.shared[ASK_FLUSH].replace(FLUSH_NOTHING) {
                FLUSH_NOTHING => {}
                FLUSH_PAGE => {
                    uc_tlb_flush_page(self.uc, self.double_word(ASK_PAGE));
                }
                _ => {
                    self.mmu.root = u64::from(self.shared[ASK_ROOT].get());
                    uc_ctl(self.uc, control(ControlType::TLB_FLUSH, 0));
                }
            }
        }
    }

    pub fn invalidate_code(&mut self, start: u64, len: u64) {
        // SAFETY: the engine is ours.
        unsafe { uc_code_invalidate(self.uc, start, len) };
    }

    /// From the shared words.
    pub fn load_thread(&mut self) {
        let from = self.thread_block();
        // SAFETY: thread_block.
        unsafe {
            match self.isa {
                Isa::Arm => arm::load_thread(self.uc, from),
                isa => x86::load_thread(self.uc, from, &mut self.segments, isa == Isa::X86_64),
            }
        }
    }

    /// Into the shared words.
    pub fn save_thread(&mut self) {
        let into = self.thread_block();
        // SAFETY: thread_block.
        unsafe {
            match self.isa {
                Isa::Arm => arm::save_thread(self.uc, into),
                isa => x86::save_thread(self.uc, into, &mut self.segments, isa == Isa::X86_64),
            }
        }
    }

    /// It has thread_len bytes.
    fn thread_block(&self) -> *mut u8 {
        let block = &self.shared[THREAD..];
        assert!(self.isa.thread_len() <= std::mem::size_of_val(block));
        block.as_ptr().cast_mut().cast()
    }

    /// `root`: of the page table of one address space, or EVERYWHERE.
    pub fn breakpoint(&mut self, at: u64, set: bool, root: u64) {
        let breakpoints = &mut self.observer.breakpoints;
        if if set { breakpoints.set(at, root) } else { breakpoints.clear(at, root) } {
            // SAFETY: the engine is ours.
            unsafe { uc_breakpoint(self.uc, at, set) };
        }
    }

    pub fn watch(&mut self, point: Watchpoint) {
        self.observer.watch.set(point);
        self.observers_changed();
    }

    pub fn unwatch(&mut self, id: u32) {
        self.observer.watch.clear(id);
        self.observers_changed();
    }

    /// See Watch::range.
    pub fn watched_range(&self, id: u32) -> Option<[Vec<u8>; 2]> {
        self.observer.watch.range(id, &self.mmu)
    }

    /// False when there is no memory for the buffers.
    pub fn record(&mut self, what: u32, max_insns: u32, max_accesses: u32) -> bool {
        self.observer.recording = Recording::new(self.isa, what, max_insns, max_accesses);
        self.observers_changed();
        self.observer.recording.is_some()
    }

    pub fn stop_recording(&mut self) {
        self.observer.recording = None;
        self.observers_changed();
    }

    /// Pages are marked when the TLB is filled, so it starts empty.
    fn observers_changed(&mut self) {
        // SAFETY: the engine is ours, the observer is boxed.
        unsafe { self.observer.changed(self.uc) };
        if self.shared[ASK_FLUSH].get() != FLUSH_ALL {
            self.shared[ASK_ROOT].set(self.mmu.root as u32);
            self.shared[ASK_FLUSH].set(FLUSH_ALL);
        }
    }
}

impl Drop for CpuState {
    fn drop(&mut self) {
        let me: *mut CpuState = self;
        self.ram.cpus.borrow_mut().retain(|&cpu| cpu != me);
        // SAFETY: last use of both.
        unsafe {
            if !self.boot.is_null() {
                uc_context_free(self.boot);
            }
            uc_close(self.uc);
        }
    }
}

fn general_protection(error_code: u32) -> Exit {
    exception(13, error_code, 0)
}

fn exception(vector: u32, error_code: u32, address: u64) -> Exit {
    Exit { kind: KIND_EXCEPTION, vector, error_code, address, ..Exit::default() }
}

fn syscall(trap: u32) -> Exit {
    Exit { kind: KIND_SYSCALL, trap, ..Exit::default() }
}

/// UC_CTL_WRITE of unicorn.h.
fn control(kind: ControlType, arguments: u32) -> ControlType {
    ControlType(kind.0 | arguments << 26 | ControlType::IO_WRITE.0)
}

fn check(what: &str, err: uc_error) -> Result<(), String> {
    match err {
        uc_error::OK => Ok(()),
        err => Err(format!("{what}: {err:?}")),
    }
}
