/**
 * What the kernel needs from outside itself. emulator/ implements these; the kernel imports nothing else.
 *
 * Everything here is synchronous and exact: no call returns a promise, and no port keeps a reference into kernel state.
 */

/** Names of the instruction sets, as `uname -m` would shorten them. Thumb is a state of `arm`, not an ISA of its own. */
export type IsaName = 'i386' | 'x86_64' | 'arm';

/** Byte offset in guest-physical RAM, below 4 GiB. */
export type PhysAddr = number;

/** User virtual address, below 2^47, so a JavaScript number holds it exactly. */
export type VirtAddr = number;

/** Guest-physical RAM: one buffer, seen by the engine, the kernel and the debugger alike. Little-endian. */
export interface Ram {
  /** A multiple of 4096. */
  readonly lenBytes: number;
  readonly u8: Uint8Array;
  readonly u32: Uint32Array;
  /**
   * One byte a frame, not zero while an engine may hold translated code of that frame. Whoever writes such a frame
   * from outside the guest calls `invalidateCode` for it afterwards.
   */
  readonly hasCode: Uint8Array;
  /** One byte a frame, not zero when it was written since the last snapshot. Whoever writes RAM from outside the guest sets it. */
  readonly dirty: Uint8Array;
  /** Drop translated code of the bytes [start, start + lenBytes) in every engine on this RAM. */
  invalidateCode(start: PhysAddr, lenBytes: number): void;
}

/** Why `Cpu.run` came back: the value of `exit[EXIT_KIND]`. */
export const EXIT = {
  /** The budget of instructions is used up (a step is a budget of 1). */
  budget: 0,
  /** A system call trap; `EXIT_TRAP` says which. pc is behind the trap instruction, which is counted. */
  syscall: 1,
  /** A page fault at `EXIT_ADDRESS`; pc is on the faulting instruction, which is not counted and has left no effect. */
  fault: 2,
  /** A CPU exception `EXIT_VECTOR`: pc as the ISA defines it for that exception. */
  exception: 3,
  /** The instruction at pc has a breakpoint and has not run. */
  breakpoint: 4,
  /** The instruction before pc hit a watchpoint and has retired; `EXIT_WATCHPOINT` and `EXIT_ADDRESS` say which and where. */
  watchpoint: 5,
  /** A recording has no room for another instruction: drain it and run on. */
  recordFull: 6,
} as const;
export type ExitKind = (typeof EXIT)[keyof typeof EXIT];

/** Values of `exit[EXIT_TRAP]`. */
export const TRAP = { int80: 0, syscall: 1, sysenter: 2, svc: 3 } as const;

/** Values of `exit[EXIT_ACCESS]`. */
export const ACCESS = { read: 0, write: 1, exec: 2 } as const;

/** Indexes into `Cpu.exit`. 64-bit values take two words, low first. */
export const EXIT_KIND = 0;
/** Instructions retired in this run, 64 bits. */
export const EXIT_RETIRED = 1;
/** Faulting virtual address, 64 bits. */
export const EXIT_ADDRESS = 3;
export const EXIT_ACCESS = 5;
export const EXIT_TRAP = 6;
/**
 * x86: the vector (0 #DE, 1 #DB, 3 #BP, 4 #OF, 5 #BR, 6 #UD, 11 #NP, 12 #SS, 13 #GP, 16 #MF, 17 #AC, 19 #XM).
 * ARM: 1 undefined instruction, 3 prefetch abort, 4 data abort (alignment), 7 bkpt.
 */
export const EXIT_VECTOR = 7;
/** x86: the error code the CPU would push, 0 where it pushes none. */
export const EXIT_ERROR_CODE = 8;
/** The watchpoint that was hit first, and the bytes of the access that hit it; its address and kind are in EXIT_ADDRESS and EXIT_ACCESS. */
export const EXIT_WATCHPOINT = 7;
export const EXIT_LENGTH = 8;
export const EXIT_WORDS = 9;

/** Values of `Watchpoint.kinds`, to be added up: a read, a write, a write that changes what is there. */
export const WATCH = { read: 1, write: 2, change: 4 } as const;

/** A range of user memory to look at. */
export interface Watchpoint {
  readonly id: number;
  readonly start: VirtAddr;
  /** 1 to 4096. */
  readonly lenBytes: number;
  /** A sum of WATCH.*. */
  readonly kinds: number;
  /** Root of the page table of one address space; without it, all of them. */
  readonly root?: PhysAddr;
}

/**
 * One virtual CPU of one ISA on the machine's RAM; the shape is KVM's. The register file of a run is `struct pt_regs`
 * in RAM (see kernel/arch for each layout): `run` loads it from there and stores it back there.
 */
export interface Cpu {
  readonly isa: IsaName;
  /** Filled by `run`; indexes above. */
  readonly exit: Uint32Array;
  /**
   * Execute guest code in user mode until something happens, at most `budget` instructions (1 to 2^31-1).
   * Loads the registers from the `pt_regs` at `ptRegs`, stores them back there at the exit.
   */
  run(ptRegs: PhysAddr, budget: number): ExitKind;
  /** Use the page tables with this root; flushes the TLB. See kernel/mm/pagetable.ts for the format. */
  setPageTable(root: PhysAddr): void;
  flushTlb(): void;
  flushTlbPage(page: VirtAddr): void;
  /** Length of the thread block: what belongs to a task and is not in pt_regs (FPU, TLS). Layout: THREAD_* below. */
  readonly threadLenBytes: number;
  loadThread(from: Uint8Array): void;
  saveThread(into: Uint8Array): void;
  /**
   * A breakpoint at a virtual address, in the address space with this page table or in all. `run` stops in front of each, but
   * executes the first instruction of a run. Any number of changes between two runs costs one look at the translated code.
   */
  setBreakpoint(at: VirtAddr, root?: PhysAddr): void;
  clearBreakpoint(at: VirtAddr, root?: PhysAddr): void;
}

/**
 * x86 thread block (both ISAs). On i386 only the TLS descriptors and the FPU part count: the selectors stand in pt_regs, and the
 * first 32 bytes are 0.
 * fs_base, gs_base u64; ds, es, fs, gs u32; GDT entries 12-14, 8 bytes each; FCS, FDS u16 at 56 (the 64-bit FXSAVE leaves
 * them out) and 4 bytes 0; then the FXSAVE image (512 bytes, 64-bit layout).
 */
export const THREAD_X86 = {
  fsBase: 0,
  gsBase: 8,
  ds: 16,
  es: 20,
  fs: 24,
  gs: 28,
  tls: 32,
  fxsave: 64,
  lenBytes: 576,
} as const;

/**
 * ARM thread block: TPIDRURO (the TLS register), TPIDRURW, FPSCR, then 1 while the exclusive monitor is set (ldrex), u32
 * each; d0-d31; the monitor's value u64 and address u32, 4 bytes 0.
 */
export const THREAD_ARM = {
  tp: 0,
  tpidrurw: 4,
  fpscr: 8,
  exclusive: 12,
  vfp: 16,
  exclusiveValue: 272,
  exclusiveAddress: 280,
  lenBytes: 288,
} as const;

/** Real time, asked for only under `--real-time` and recorded then. Without it the kernel's clock is the count of instructions. */
export interface Clock {
  /** Nanoseconds since the epoch at which the machine was started (a fixed value unless real time was asked for). */
  readonly bootTimeNs: bigint;
  /**
   * Nanoseconds of real time since the machine's start, never less than before; absent unless real time was asked for. It comes from
   * outside, so whoever records a run records what it gave, call by call: the kernel asks nothing else of the host's time.
   */
  readonly hostNs?: () => number;
}

/** Seed of everything random in the machine. */
export interface Entropy {
  readonly seed: number;
}

/** The console behind the guest's first three descriptors. */
export interface Console {
  /** Descriptor 1 or 2: take all bytes. */
  write(fd: 1 | 2, bytes: Uint8Array): void;
  /** At most `maxBytes` of standard input: `null` while there is none yet, length 0 at its end. */
  read(maxBytes: number): Uint8Array | null;
  /** The terminal behind descriptor 0, 1 or 2, or null where it is a file or a pipe. */
  tty(fd: 0 | 1 | 2): { rows: number; columns: number } | null;
}

export interface HostStat {
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits only. */
  readonly mode: number;
  readonly lenBytes: number;
  readonly ino: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
}

/** A negative errno, as a system call returns it. */
export type Errno = number;

/**
 * Host files mounted into the guest, read-only. `mount` is the index of the mount; `path` is relative to it, made of plain
 * names ('' is the mount itself; never '.' or '..'); no call follows a symbolic link, the kernel walks paths itself.
 */
export interface HostFiles {
  lstat(mount: number, path: string): HostStat | Errno;
  readlink(mount: number, path: string): string | Errno;
  readdir(mount: number, path: string): string[] | Errno;
  /** At most `lenBytes` from `offset`; shorter only at the end of the file. */
  read(mount: number, path: string, offset: number, lenBytes: number): Uint8Array | Errno;
}
