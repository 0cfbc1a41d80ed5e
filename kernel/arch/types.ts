import type { IsaName, VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { SigAction, SigInfo, Sigset, Task } from '../task.ts';
import type { PtraceArch } from './ptrace.ts';

/** Where each register stands in the ISA's `struct pt_regs`: indexes of words of `Arch.wordBytes`. */
export interface PtRegsLayout {
  readonly names: readonly string[];
  readonly lenBytes: number;
  readonly ip: number;
  readonly sp: number;
  /** eax, rax, r0: result of a system call. */
  readonly ret: number;
  /** Number of the system call at entry: orig_eax, orig_rax; r7 on ARM. */
  readonly nr: number;
  /** orig_eax, orig_rax, ORIG_r0: what a restarted call puts back. */
  readonly orig: number;
  /** eflags, rflags, cpsr. */
  readonly flags: number;
  /** Frame pointer by convention, for views. */
  readonly fp: number;
  /** The six (ARM: seven) argument registers in order. */
  readonly args: readonly number[];
}

/** One page, filled up with zeros. */
export interface FixedPage {
  readonly addr: VirtAddr;
  readonly name: string;
  /** All of the page. */
  readonly bytes: Uint8Array;
}

/** All that differs between ISAs, in one object. */
export interface Arch {
  readonly name: IsaName;
  readonly wordBytes: 4 | 8;
  readonly elfClass: 1 | 2;
  readonly elfMachine: number;
  /** 64-bit arguments start at an even register. */
  readonly pairsAligned: boolean;
  /** msgctl, semctl and shmctl tell by IPC_64 which structures they mean. Linux: sys_old_shmctl() in the table of calls. */
  readonly ctlHasVersion: boolean;
  /** `uname -m`. */
  readonly machine: string;
  /** AT_PLATFORM, AT_HWCAP, AT_HWCAP2, /proc/cpuinfo: what the CPU offers to programs. */
  readonly platform: string;
  readonly hwcap: number;
  readonly hwcap2: number;
  readonly cpuinfo: string;
  readonly ptRegs: PtRegsLayout;
  /** First address that user space cannot have. */
  readonly taskSize: VirtAddr;
  /** What addresses of System V shared memory are a multiple of. */
  readonly shmlbaBytes: number;
  readonly stackTop: VirtAddr;
  /** Where a static PIE or an interpreter-less ET_DYN is put. */
  readonly elfEtDynBase: VirtAddr;
  /** Virtual address of physical 0 in the kernel's direct map, for display. */
  readonly pageOffset: bigint;
  /** Bytes of a kernel stack. */
  readonly threadSizeBytes: number;
  /** Bytes that copyThread and start-up keep free above pt_regs (ARM has 8). */
  readonly stackTopPadding: number;
  readonly threadLenBytes: number;
  /** Pages of the kernel's own code that every program sees, mapped read-only and executable at exec. */
  readonly fixedPages: readonly FixedPage[];
  /**
   * The same on a machine without MMU: none where Linux has such machines. There is no such Linux for x86, and its C libraries
   * need the page.
   */
  readonly fixedPagesNoMmu: readonly FixedPage[];
  /** AT_SYSINFO_EHDR, and i386's AT_SYSINFO: one of the fixed pages, and its entry for system calls. */
  readonly vdso: VirtAddr;
  readonly sysinfo?: VirtAddr;
  /** Another table entered by a trap of its own: `int $0x80` from 64-bit code. `args` are pt_regs indexes, low halves. */
  readonly compat?: { readonly trap: number; readonly isa: IsaName; readonly args: readonly number[] };
  /** Registers of a fresh program that are not 0, as [index in pt_regs, value]: selectors and flags. */
  readonly initialRegs: readonly (readonly [number, number])[];
  /** Registers of a fresh program at `ip` with stack `sp`: pt_regs and thread block. */
  startThread(k: Kernel, task: Task, ip: VirtAddr, sp: VirtAddr): void;
  /**
   * What a fresh program finds in registers on a machine without MMU: where its data begins; for FDPIC also the addresses of its
   * loadmap, of its interpreter's and of the dynamic section. Linux: ELF_FDPIC_PLAT_INIT, start_thread().
   */
  startNoMmu?(k: Kernel, task: Task, startData: VirtAddr, fdpic: readonly VirtAddr[] | null): void;
  /** EI_OSABI of FDPIC programs, and the bit of e_flags that keeps their segments together. */
  readonly elfOsabiFdpic?: number;
  readonly elfPicFlag?: number;
  /** CLONE_SETTLS. Returns 0 or -errno. Linux: arch/x86/kernel/tls.c do_set_thread_area(), arch/arm/kernel/process.c. */
  setTls(k: Kernel, task: Task, tls: number): number;
  /** What a saved thread block loses when another task has the CPU: ARM's exclusive monitor, which every way through the kernel opens. */
  switchedOut?(thread: Uint8Array): void;
  /**
   * The number of the system call that the task has just trapped for, also set as pt_regs.orig.
   * `trap` is a TRAP_* of ports.ts. Null when the trap itself has failed and its result stands already.
   */
  syscallNumber(k: Kernel, task: Task, trap: number): number | null;
  /** Move pc back over the trap instruction, to run it again. */
  rewindSyscall(k: Kernel, task: Task): void;
  /** Build the signal frame and point pt_regs at the handler. Returns false when the frame cannot be written. */
  setupFrame(k: Kernel, task: Task, info: SigInfo, action: SigAction, oldMask: Sigset): boolean;
  /** sigreturn and rt_sigreturn: restore pt_regs, FPU and mask from the frame; false when it is unreadable. */
  sigreturn(k: Kernel, task: Task, rt: boolean): boolean;
  /** What a tracer of this ISA, and of a task of this ISA, sees. */
  readonly ptrace: PtraceArch;
  /** What a CPU exception (EXIT.exception) means: the signal to force on the task, with pc already where Linux leaves it. */
  exceptionSignal(k: Kernel, task: Task, vector: number, errorCode: number): SigInfo;
}
