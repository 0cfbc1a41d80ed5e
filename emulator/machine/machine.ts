import { handleExit, type Next, prepareToRun } from '../../kernel/entry.ts';
import { mountHost } from '../../kernel/fs/mount.ts';
import { createKernel, startInit } from '../../kernel/kernel.ts';
import type { Clock, IsaName } from '../../kernel/ports.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import { type ClosableCpu, createCpu, createRam, type EngineRam } from '../engine/index.ts';
import type { MachineConsole } from './console.ts';
import { createHostFiles, type HostFilesPort } from './host-files.ts';
import { createSnapshots, type Snapshot } from './snapshot.ts';

/** A host directory or file, seen read-only by the guest at an absolute path. */
export interface Mount {
  readonly hostPath: string;
  readonly guestPath: string;
}

/** Strings for the guest hold one char (0-255) a byte. */
export interface MachineOptions {
  /** The program's path in the guest. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly mounts: readonly Mount[];
  /** Opens the mounts; `createHostFiles` when absent. A recording listens in between, a replay has no host files. */
  readonly openFiles?: (hostPaths: readonly string[]) => HostFilesPort;
  readonly console: MachineConsole;
  /** Guest-physical RAM, a multiple of 4096; 1 GiB by default. Only what is used takes memory of the host. */
  readonly memoryBytes?: number;
  readonly seed?: number;
  /** What the guest's clock follows: `hostClock()`. Without one an instruction is a nanosecond and sleeping takes no time. */
  readonly clock?: Clock;
  /** Owner of the program's process; 0 by default. */
  readonly uid?: number;
  readonly gid?: number;
  /** A machine without MMU: docs/no-mmu.md. */
  readonly noMmu?: boolean;
  /** RLIMIT_STACK of the program. */
  readonly stackBytes?: number;
  /** Instructions a time slice of the guest lasts. */
  readonly quantum?: number;
}

/**
 * Why `run` came back. `done`: every process has ended. `idle`: all sleep, and only input or a signal ends that.
 * `slice`: the real time given is over. `limit`: t has reached the limit.
 */
export type StopReason = 'done' | 'idle' | 'slice' | 'limit';

export interface RunLimits {
  /** Stop when t is this. */
  readonly untilT?: number;
  /** Come back after about this much real time. */
  readonly sliceMs?: number;
}

/** RAM, one CPU an ISA and the kernel. All of it is synchronous; whoever drives it decides when to wait. */
export interface Machine {
  readonly kernel: Kernel;
  readonly ram: EngineRam;
  readonly console: MachineConsole;
  /** Host folders and files of the guest, as inodes number them. */
  readonly mounts: readonly Mount[];
  /** The CPU of an ISA, made when it is first asked for; its watchpoints and recordings. */
  cpu(isa: IsaName): ClosableCpu;
  /** Instructions retired since the start. */
  readonly t: number;
  /** Wait status of the program that was started; null while it lives. */
  readonly status: number | null;
  run(limits?: RunLimits): StopReason;
  /** The task that runs next and for how long, after all that happens before: signals, a switch, waking. */
  next(): Next;
  /** Let the task of `next` run for at most `budget` instructions and serve the exit. */
  execute(task: Task, budget: number): void;
  /** The machine as it is now. Cost: the pages changed since the last snapshot, restore or hash, and the kernel's objects. */
  snapshot(): Snapshot;
  /**
   * Go back, or forth. Running on gives the same states as it did then, as long as the same input comes. What was looked
   * up in `kernel.state` before is no longer part of it. Throws TypeError for a snapshot that is released or of another machine.
   */
  restore(snapshot: Snapshot): void;
  /** Of all registers, RAM and the kernel's state: 32 hexadecimal digits. */
  hash(): string;
  close(): void;
}

/** The program could not be started: `errno` as execve(2) gives it, negative. */
export class StartError extends Error {
  readonly errno: number;
  constructor(program: string, errno: number) {
    super(`${program}: errno ${-errno}`);
    this.errno = errno;
  }
}

const DEFAULT_MEMORY_BYTES = 1024 ** 3;
/** The guest's clock starts at a fixed instant, 2023-11-14 22:13:20 UTC, so that every run is the same. */
const BOOT_TIME_NS = 1_700_000_000_000_000_000n;
/** Work between two looks at the clock: an exit is worth about this many instructions. */
const EXIT_COST = 2000;
const COST_PER_LOOK = 400_000;

/** Throws StartError when the program cannot be started, Node's error when a mount cannot be opened. */
export function createMachine(options: MachineOptions): Machine {
  const { console } = options;
  const ram = createRam(options.memoryBytes ?? DEFAULT_MEMORY_BYTES);
  const made = new Map<IsaName, ClosableCpu>();
  function cpus(isa: IsaName): ClosableCpu {
    let cpu = made.get(isa);
    if (!cpu) {
      cpu = createCpu(isa, ram);
      made.set(isa, cpu);
    }
    return cpu;
  }
  // A mount inside another one comes behind it.
  const mounts = [...options.mounts].sort((a, b) => a.guestPath.length - b.guestPath.length);
  const openFiles = options.openFiles ?? createHostFiles;
  const hostFiles = openFiles(mounts.map((mount) => mount.hostPath));
  function close(): void {
    hostFiles.close();
    console.close();
    for (const cpu of made.values()) cpu.close();
    ram.discard();
  }
  const kernel = createKernel({
    ...{
      ram,
      cpus,
      console,
      hostFiles,
      clock: options.clock ?? { bootTimeNs: BOOT_TIME_NS },
      entropy: { seed: options.seed ?? 0 },
    },
    ...(options.quantum === undefined ? {} : { quantum: options.quantum }),
    ...(options.noMmu ? { noMmu: true } : {}),
  });
  try {
    mountAll(kernel, hostFiles, mounts);
    start(kernel, options);
  } catch (error) {
    close();
    throw error;
  }
  const execute = (task: Task, budget: number): void => {
    const cpu = cpus(task.isa);
    // Another ISA's CPU or a restored snapshot may have moved t without this one.
    cpu.setClock(kernel.state.t);
    handleExit(kernel, task, cpu.run(task.ptRegs, budget));
  };
  const snapshots = createSnapshots({ kernel, ram, console });
  return {
    kernel,
    ram,
    console,
    mounts,
    cpu: cpus,
    get t() {
      return kernel.state.t;
    },
    get status() {
      return kernel.state.initStatus;
    },
    next: () => prepareToRun(kernel),
    execute,
    run: (limits = {}) => runLoop(kernel, execute, limits),
    snapshot: snapshots.take,
    restore: snapshots.restore,
    hash: snapshots.hash,
    close,
  };
}

/** The host's time of day at the start, and its monotonic clock from there. */
export function hostClock(): Required<Clock> {
  const startNs = process.hrtime.bigint();
  const bootTimeNs = BigInt(Date.now()) * 1_000_000n;
  return { bootTimeNs, hostNs: () => Number(process.hrtime.bigint() - startNs) };
}

function mountAll(kernel: Kernel, hostFiles: HostFilesPort, mounts: readonly Mount[]): void {
  mounts.forEach(({ hostPath, guestPath }, index) => {
    const stat = hostFiles.lstat(index, '');
    if (typeof stat === 'number') throw new Error(`${hostPath}: neither a file nor a directory`);
    mountHost(kernel, guestPath, index, stat);
  });
}

function start(kernel: Kernel, { program, argv, env, cwd, stackBytes, uid = 0, gid = 0 }: MachineOptions): void {
  const errno = startInit(kernel, {
    ...{ path: program, argv: [...argv], envp: [...env], cwd, uid, gid },
    ...(stackBytes === undefined ? {} : { stackBytes }),
  });
  if (errno !== 0) throw new StartError(program, errno);
}

function runLoop(
  kernel: Kernel,
  execute: Machine['execute'],
  { untilT = Number.POSITIVE_INFINITY, sliceMs = Number.POSITIVE_INFINITY }: RunLimits,
): StopReason {
  const deadline = performance.now() + sliceMs;
  let cost = 0;
  for (;;) {
    const { t } = kernel.state;
    if (t >= untilT) return kernel.state.tasks.size === 0 ? 'done' : 'limit';
    const next = prepareToRun(kernel);
    if (next.kind !== 'run') return next.kind;
    execute(next.task, Math.min(next.budget, untilT - t));
    cost += kernel.state.t - t + EXIT_COST;
    if (cost >= COST_PER_LOOK) {
      cost = 0;
      if (performance.now() >= deadline) return 'slice';
    }
  }
}
