import type { EpollItem } from './fs/anon-types.ts';
import type { Inode } from './fs/types.ts';
import type { NoMmu } from './mm/nommu/types.ts';
import type { Mm } from './mm/types.ts';
import type { Nsproxy } from './nsproxy.ts';
import type { Clock, Console, Cpu, Entropy, HostFiles, IsaName, PhysAddr, Ram, VirtAddr, Watchpoint } from './ports.ts';
import type { ArmedTimer, PosixTimer } from './signal/posix-timer-types.ts';
import type { SigInfo, Task } from './task.ts';
import type { CallSink, TraceSink } from './trace.ts';

/** Frames of guest-physical RAM. */
export interface Frames {
  /** References a frame: page table entries that map it, or 1 for the kernel's own use. 0 is free. */
  refs: Uint32Array;
  /** Free single frames that were used before (their bytes are stale). */
  free: number[];
  /** Frames from here up to `stackFloor` have never been used and are zero. */
  nextFresh: number;
  /** Kernel stacks are taken downwards from the top; frames from here on belong to them. */
  stackFloor: number;
  /** Free kernel stacks (first frame of each). */
  freeStacks: number[];
  /** Frames in use, page cache included. */
  used: number;
  /** The one frame of zeros that untouched anonymous memory reads from; it is never freed. */
  zeroFrame: number;
}

/** Everything that changes as the machine runs: plain data, so that it can be copied, restored and hashed as a whole. */
export interface KernelState {
  /** t: instructions retired by the machine since its start. */
  t: number;
  /** Virtual time that sleeping has skipped, in ns. Now is `t` ns plus this. */
  skippedNs: number;
  /** What settimeofday has added to the time of day, in ns. */
  clockOffsetNs: number;
  tasks: Map<number, Task>;
  /** Pids of the runnable tasks, in their order of running; the first is current. */
  runQueue: number[];
  /** Pid of the task whose registers the CPU holds; 0 when none. */
  current: number;
  /** Instruction count `t` at which current's time slice ends. */
  sliceEnd: number;
  nextPid: number;
  nextMmId: number;
  nextIno: number;
  nextFileId: number;
  /** Open file descriptions. Linux: nr_files. */
  openFiles: number;
  nextPipeId: number;
  frames: Frames;
  /** Null on a machine with an MMU. */
  noMmu: NoMmu | null;
  /** Wait queues: channel name → pids asleep on it, oldest first. */
  waitQueues: Map<string, number[]>;
  /** Pids in FUTEX_LOCK_PI, and some that no longer are: whoever looks for one takes those out. */
  piWaiters: Set<number>;
  /** Pids with a finite deadline. */
  sleepers: number[];
  /** Channel → what epolls watch on it, in the order of their adding. */
  epollQueues: Map<string, EpollItem[]>;
  /** Timers of timerfd and timer_settime that run by the clock. */
  armedTimers: ArmedTimer[];
  /** Thread groups with interval timers (setitimer, alarm), running or not. */
  itimerGroups: number[];
  /** Timers of timer_create(2), by thread group. */
  posixTimers: Map<number, PosixTimer[]>;
  /** The namespaces that the first process starts in, and the inode number of the next that is made. */
  nsproxy: Nsproxy;
  nextNsIno: number;
  root: Inode;
  /** Inodes that have a page cache. */
  cachedInodes: Set<Inode>;
  /** Generator of everything random; see random.ts. */
  random: Uint32Array;
  /** Pid of the program that was started. */
  initPid: number;
  /** Wait status of that program, null while it lives. */
  initStatus: number | null;
  /** Kernel log lines (`dmesg`) that the console has not got: absent system calls. */
  log: string[];
}

/** The kernel: its state and what it stands on. Functions take it as their first argument, `k`. */
export interface Kernel {
  state: KernelState;
  readonly ram: Ram;
  readonly cpus: (isa: IsaName) => Cpu;
  readonly console: Console;
  readonly hostFiles: HostFiles;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Who listens to events; null costs nothing. */
  trace: TraceSink | null;
  /** Who listens to the kernel's own functions; null costs nothing. */
  calls: CallSink | null;
  /** Watchpoints on user memory, by id: accesses of the kernel itself are told as events. The CPUs look after the guest's. */
  watchpoints: Map<number, Watchpoint>;
  /** Hears each store of the kernel into user memory, just before it; null costs nothing. */
  userWrites: ((mm: Mm, addr: VirtAddr, bytes: Uint8Array) => void) | null;
  /** Ignored signals that the listener has not heard of yet, by pid; empty without a listener. Not state: nothing follows from it. */
  readonly ignoredSignals: Map<number, SigInfo[]>;
  /** Instructions a time slice lasts. */
  readonly quantum: number;
  /** Register blocks of tasks that have ended, for the next ones. A cache, not state. */
  readonly freeThreads: Uint8Array[];
  /** Per ISA, the mm whose page tables its CPU walks; a cache, not state. */
  readonly loadedMm: Map<IsaName, number>;
}

export type { PhysAddr };
