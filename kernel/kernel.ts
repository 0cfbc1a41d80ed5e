import { ENOMEM } from './abi/errno.ts';
import { AT_FDCWD } from './abi/fcntl.ts';
import {
  RLIM_INFINITY,
  RLIM_NLIMITS,
  RLIMIT_CORE,
  RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE,
  RLIMIT_NICE,
  RLIMIT_NOFILE,
  RLIMIT_NPROC,
  RLIMIT_RTPRIO,
  RLIMIT_SIGPENDING,
  RLIMIT_STACK,
} from './abi/resource.ts';
import { SIGCHLD } from './abi/signal.ts';
import { newCred } from './commoncap.ts';
import { doExecve } from './exec/exec.ts';
import type { ExecStrings } from './exec/stack.ts';
import { exitFiles, exitFs, newFiles, newFs } from './fs/file.ts';
import { isDirectory } from './fs/inode.ts';
import { createRoot, openConsole, rootInode } from './fs/mount.ts';
import { pathLookup } from './fs/namei.ts';
import { allocKernelStack, createFrames, freeKernelStack } from './mm/frames.ts';
import { createNoMmu } from './mm/nommu/flat.ts';
import { firstNsproxy, getNsproxy, PROC_DYNAMIC_FIRST } from './nsproxy.ts';
import { INIT_PID } from './pid.ts';
import type { Clock, Console, Cpu, Entropy, HostFiles, IsaName, Ram } from './ports.ts';
import { seedRandom } from './random.ts';
import { noUsage } from './rusage.ts';
import { firstActions } from './signal/sighand.ts';
import type { Kernel, KernelState } from './state.ts';
import { SyscallError } from './syscalls/row.ts';
import type { SignalStruct, Task } from './task.ts';
import { taskPtRegs, writeThreadInfo } from './task-struct.ts';
import type { TraceSink } from './trace.ts';

/** Pids count from here, so that a guest's look different from the host's. */
export const FIRST_PID = 1000;

/** Time slice in instructions, that is ns of virtual time, unless the caller chooses. */
const DEFAULT_QUANTUM = 1_000_000;

export interface KernelOptions {
  ram: Ram;
  cpus: (isa: IsaName) => Cpu;
  console: Console;
  hostFiles: HostFiles;
  clock: Clock;
  entropy: Entropy;
  trace?: TraceSink | null;
  /** Instructions a time slice lasts. */
  quantum?: number;
  hostname?: string;
  /** No MMU: one flat address space for all. */
  noMmu?: boolean;
}

/** A kernel with its file system and no process yet. */
export function createKernel(options: KernelOptions): Kernel {
  const { ram, cpus, console, hostFiles, clock, entropy } = options;
  const k: Kernel = {
    state: initialState(ram.lenBytes, entropy.seed, options),
    ram,
    cpus,
    console,
    hostFiles,
    clock,
    entropy,
    trace: options.trace ?? null,
    calls: null,
    watchpoints: new Map(),
    userWrites: null,
    quantum: options.quantum ?? DEFAULT_QUANTUM,
    loadedMm: new Map(),
    freeThreads: [],
    ignoredSignals: new Map(),
  };
  createRoot(k);
  return k;
}

function initialState(
  ramBytes: number,
  seed: number,
  { hostname = 'forkscope', noMmu = false }: Pick<KernelOptions, 'hostname' | 'noMmu'>,
): KernelState {
  const frames = createFrames(ramBytes);
  return {
    t: 0,
    skippedNs: 0,
    clockOffsetNs: 0,
    tasks: new Map(),
    runQueue: [],
    current: 0,
    sliceEnd: 0,
    nextPid: FIRST_PID,
    nextMmId: 1,
    nextIno: 2,
    nextFileId: 1,
    openFiles: 0,
    nextPipeId: 1,
    frames,
    noMmu: noMmu ? createNoMmu(frames, ramBytes) : null,
    waitQueues: new Map(),
    piWaiters: new Set(),
    sleepers: [],
    epollQueues: new Map(),
    armedTimers: [],
    itimerGroups: [],
    posixTimers: new Map(),
    nsproxy: firstNsproxy(hostname),
    nextNsIno: PROC_DYNAMIC_FIRST + 1,
    root: rootInode(),
    cachedInodes: new Set(),
    random: seedRandom(seed),
    initPid: FIRST_PID,
    initStatus: null,
    log: [],
  };
}

export interface InitOptions extends ExecStrings {
  /** Working directory in the guest; `/` when there is no such directory. */
  cwd: string;
  /** RLIMIT_STACK, both limits, in bytes; 8 MiB and unlimited by default. */
  stackBytes?: number;
  uid?: number;
  gid?: number;
}

/** Start the first program. Returns 0, or a negative errno as execve(2) gives it. */
export function startInit(k: Kernel, options: InitOptions): number {
  const task = firstTask(k, options);
  if (!task) return -ENOMEM;
  openConsole(k, task);
  changeToDirectory(k, task, options.cwd);
  let result: number;
  try {
    result = doExecve(k, task, options);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    result = -error.errno;
  }
  if (result === 0) return 0;
  exitFiles(k, task);
  exitFs(k, task);
  freeKernelStack(k, task.stack);
  k.state.tasks.delete(task.pid);
  k.state.runQueue = [];
  return result;
}

/** Stay at the root when there is no such directory in the guest. */
function changeToDirectory(k: Kernel, task: Task, path: string): void {
  try {
    const inode = pathLookup(k, task, AT_FDCWD, path, { follow: true });
    if (isDirectory(inode) && task.fs) task.fs.cwd = inode;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
}

function firstTask(k: Kernel, options: InitOptions): Task | null {
  const stack = allocKernelStack(k);
  if (stack === 0) return null;
  const pid = k.state.nextPid++;
  const { uid = 0, gid = 0 } = options;
  const task: Task = {
    pid,
    tgid: pid,
    comm: '',
    state: 'running',
    isa: 'i386',
    stack,
    ptRegs: taskPtRegs('i386', stack),
    thread: new Uint8Array(0),
    mm: null,
    files: newFiles(),
    fs: newFs(k.state.root),
    nsproxy: getNsproxy(k.state.nsproxy),
    pidNs: k.state.nsproxy.pidForChildren,
    semUndo: null,
    sighand: { count: 1, action: firstActions() },
    signal: firstSignalStruct(pid, options.stackBytes),
    blocked: { lo: 0, hi: 0 },
    savedSigmask: null,
    pending: { set: { lo: 0, hi: 0 }, queue: [] },
    sigPending: false,
    sas: { sp: 0, size: 0, flags: 0 },
    cred: newCred(uid, gid),
    realParent: INIT_PID,
    children: [],
    exitSignal: SIGCHLD,
    selfExecId: 0,
    parentExecId: 0,
    exitCode: 0,
    setChildTid: 0,
    clearChildTid: 0,
    robustList: 0,
    vforkParent: 0,
    vforkDone: false,
    retFromFork: false,
    inSyscall: null,
    restartBlock: null,
    syscallResult: 0,
    waitingFor: null,
    ptrace: null,
    ptraced: [],
    execFile: null,
    pdeathSignal: 0,
    personality: 0,
    didExec: false,
    nice: 0,
    policy: 0,
    rtPriority: 0,
    resetOnFork: false,
    noNewPrivs: false,
    timerSlackNs: 50_000,
    minFlt: 0,
    nvcsw: 0,
    nivcsw: 0,
    retired: 0,
    startNs: 0,
  };
  writeThreadInfo(k, task);
  k.state.tasks.set(pid, task);
  k.state.runQueue.push(pid);
  return task;
}

/** Limits as Linux gives them to init: include/asm-generic/resource.h. Process group and session are the program's own. */
function firstSignalStruct(pid: number, stackBytes?: number): SignalStruct {
  const rlim = Array.from({ length: RLIM_NLIMITS }, (): [number, number] => [RLIM_INFINITY, RLIM_INFINITY]);
  rlim[RLIMIT_STACK] = stackBytes ? [stackBytes, stackBytes] : [8 * 1024 * 1024, RLIM_INFINITY];
  rlim[RLIMIT_CORE] = [0, RLIM_INFINITY];
  rlim[RLIMIT_NPROC] = [15000, 15000];
  rlim[RLIMIT_NOFILE] = [1024, 4096];
  rlim[RLIMIT_MEMLOCK] = [8 * 1024 * 1024, 8 * 1024 * 1024];
  rlim[RLIMIT_SIGPENDING] = [15000, 15000];
  rlim[RLIMIT_MSGQUEUE] = [819200, 819200];
  rlim[RLIMIT_NICE] = [0, 0];
  rlim[RLIMIT_RTPRIO] = [0, 0];
  return {
    threads: [pid],
    currTarget: pid,
    sharedPending: { set: { lo: 0, hi: 0 }, queue: [] },
    groupExit: false,
    groupExitCode: 0,
    groupExecTask: 0,
    unkillable: false,
    isChildSubreaper: false,
    hasChildSubreaper: false,
    pgrp: pid,
    session: pid,
    rlim,
    exited: noUsage(),
    reaped: noUsage(),
    alarmNs: 0,
    itimers: null,
    stopSignal: 0,
    stopReported: false,
    continuedUnreported: false,
  };
}
