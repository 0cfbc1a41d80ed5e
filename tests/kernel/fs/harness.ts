import { readU32, stringToBytes } from '../../../kernel/bytes.ts';
import { fixFsuid, newCred } from '../../../kernel/commoncap.ts';
import { newFiles, newFs } from '../../../kernel/fs/file.ts';
import { openConsole } from '../../../kernel/fs/mount.ts';
import { VM_READ, VM_WRITE } from '../../../kernel/mm/types.ts';
import { copyFromUser, copyToUser } from '../../../kernel/mm/uaccess.ts';
import type { Console, HostFiles, HostStat, IsaName } from '../../../kernel/ports.ts';
import { noUsage } from '../../../kernel/rusage.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { SLEEP, SyscallError, type SyscallRow } from '../../../kernel/syscalls/row.ts';
import type { Task } from '../../../kernel/task.ts';
import { testMm } from '../support.ts';

export const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

/** Where a task of these tests keeps what it passes to system calls. */
const ARENA = 0x10_0000;
const ARENA_BYTES = 1 << 20;
/** An address where nothing is mapped. */
export const BAD = 0x4000;

function signalStruct(pid: number): Task['signal'] {
  const rlim = Array.from({ length: 16 }, (): [number, number] => [Infinity, Infinity]);
  rlim[7] = [1024, 4096];
  return {
    threads: [pid],
    currTarget: pid,
    sharedPending: { set: { lo: 0, hi: 0 }, queue: [] },
    groupExit: false,
    groupExitCode: 0,
    groupExecTask: 0,
    isChildSubreaper: false,
    hasChildSubreaper: false,
    pgrp: pid,
    session: pid,
    rlim,
    exited: noUsage(),
    reaped: noUsage(),
    alarmNs: 0,
    stopSignal: 0,
    stopReported: false,
    continuedUnreported: false,
  } as unknown as Task['signal'];
}

/** A task with a mapped arena, made by hand: root, no file open. It is current only in name. */
export function bareTask(k: Kernel, isa: IsaName): Task {
  const pid = k.state.nextPid++;
  const mm = testMm(k, isa);
  mm.vmas.push({ start: ARENA, end: ARENA + ARENA_BYTES, flags: VM_READ | VM_WRITE, file: null, offset: 0, name: '' });
  const action = Array.from({ length: 65 }, () => ({ handler: 0, flags: 0, restorer: 0, mask: { lo: 0, hi: 0 } }));
  const task = {
    pid,
    tgid: pid,
    comm: 'test',
    state: 'running',
    isa,
    stack: 0,
    ptRegs: 0,
    thread: new Uint8Array(0),
    mm,
    files: newFiles(),
    fs: newFs(k.state.root),
    sighand: { count: 1, action },
    signal: signalStruct(pid),
    blocked: { lo: 0, hi: 0 },
    savedSigmask: null,
    pending: { set: { lo: 0, hi: 0 }, queue: [] },
    sigPending: false,
    sas: { sp: 0, size: 0, flags: 2 },
    cred: newCred(0, 0),
    nsproxy: k.state.nsproxy,
    pidNs: k.state.nsproxy.pidForChildren,
    realParent: 1,
    children: [],
    exitSignal: 17,
    selfExecId: 0,
    parentExecId: 0,
    exitCode: 0,
    inSyscall: null,
    waitingFor: null,
    ptrace: null,
    ptraced: [],
    execFile: null,
    didExec: false,
    nice: 0,
    retired: 0,
    startNs: 0,
  } as unknown as Task;
  k.state.tasks.set(pid, task);
  k.state.runQueue.push(pid);
  return task;
}

/** As bareTask, with descriptors 0, 1 and 2 on the console. */
export function consoleTask(k: Kernel, isa: IsaName): Task {
  const task = bareTask(k, isa);
  openConsole(k, task);
  return task;
}

export type Arg = number | string | Uint8Array | { out: number } | { inout: Uint8Array };

/** What a call left: its result and the bytes of each `{out}` and `{inout}` argument. */
export interface Outcome {
  result: number;
  out: Uint8Array[];
}

function bytesOf(arg: Exclude<Arg, number>): Uint8Array {
  if (typeof arg === 'string') return stringToBytes(`${arg}\0`);
  if (arg instanceof Uint8Array) return arg;
  return 'inout' in arg ? arg.inout : new Uint8Array(arg.out).fill(0xaa);
}

/** Start a call: strings and bytes go to the task's memory; `{out: n}` is a buffer of n bytes, of 0xaa. */
export function start(k: Kernel, task: Task, row: SyscallRow, args: readonly Arg[]): () => Outcome {
  if (!task.mm) throw new Error('no mm');
  const { mm } = task;
  let at = ARENA;
  const outs: { at: number; lenBytes: number }[] = [];
  const numbers = args.map((arg) => {
    if (typeof arg === 'number') return arg;
    const bytes = bytesOf(arg);
    const here = at;
    copyToUser(k, mm, here, bytes);
    if (typeof arg === 'object' && !(arg instanceof Uint8Array)) outs.push({ at: here, lenBytes: bytes.length });
    at += Math.ceil((bytes.length + 8) / 8) * 8;
    return here;
  });
  task.inSyscall = { nr: 0, isa: task.isa, resume: null };
  return () => {
    let result: number;
    try {
      result = row.handler(k, task, numbers);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      result = -error.errno;
    }
    if (result !== SLEEP) task.inSyscall = null;
    return { result, out: outs.map((out) => copyFromUser(k, mm, out.at, out.lenBytes)) };
  };
}

/** Run a call that does not sleep. */
export function run(k: Kernel, task: Task, row: SyscallRow, args: readonly Arg[]): Outcome {
  const outcome = start(k, task, row, args)();
  if (outcome.result === SLEEP) throw new Error(`${row.name} sleeps`);
  return outcome;
}

/** The result of a call that does not sleep. */
export function call(k: Kernel, task: Task, row: SyscallRow, ...args: Arg[]): number {
  return run(k, task, row, args).result;
}

/** Two 32-bit words, as pipe(2) leaves them. */
export function pair(bytes: Uint8Array | undefined): [number, number] {
  if (!bytes) throw new Error('no bytes');
  return [readU32(bytes, 0), readU32(bytes, 4)];
}

export function text(bytes: Uint8Array | undefined, lenBytes?: number): string {
  return new TextDecoder('latin1').decode(bytes?.subarray(0, lenBytes));
}

/** A console whose input is given in parts: null stands for "not yet". */
export function scriptedConsole(input: (string | null)[], tty = false): Console & { written: string[] } {
  const written: string[] = [];
  return {
    written,
    write: (fd, bytes) => {
      written.push(`${fd}:${text(bytes)}`);
    },
    read: (maxBytes) => {
      const next = input.shift();
      if (next === undefined) return new Uint8Array(0);
      if (next === null) return null;
      if (next.length > maxBytes) input.unshift(next.slice(maxBytes));
      return stringToBytes(next.slice(0, maxBytes));
    },
    tty: () => (tty ? { rows: 24, columns: 80 } : null),
  };
}

/** A tree of host files: text is a file, `{link}` a symbolic link, an object a directory. */
export type HostTree = { [name: string]: string | HostTree | { link: string } };

function isLinkNode(node: HostTree | { link: string }): node is { link: string } {
  return typeof node.link === 'string';
}

/** Mounts, each a directory or one file (a string). */
export function hostTree(mounts: readonly (HostTree | string)[]): HostFiles & { stat(mount: number): HostStat } {
  const inos = new Map<string, number>();
  const find = (mount: number, path: string): HostTree | string | { link: string } | undefined => {
    let node: HostTree | string | { link: string } | undefined = mounts[mount];
    for (const name of path === '' ? [] : path.split('/')) {
      if (typeof node !== 'object' || isLinkNode(node)) return undefined;
      node = node[name];
    }
    return node;
  };
  const lstat = (mount: number, path: string): HostStat | number => {
    const node = find(mount, path);
    if (node === undefined) return -2;
    const key = `${mount}:${path}`;
    const ino = inos.get(key) ?? 100 + inos.size;
    inos.set(key, ino);
    const base = { ino, nlink: 1, uid: 0, gid: 0, mtimeNs: 5_000_000_001n };
    if (typeof node === 'string') return { ...base, type: 'file', mode: 0o755, lenBytes: node.length };
    if (isLinkNode(node)) return { ...base, type: 'symlink', mode: 0o777, lenBytes: node.link.length };
    return { ...base, type: 'directory', mode: 0o755, lenBytes: 4096 };
  };
  return {
    lstat,
    stat: (mount) => {
      const stat = lstat(mount, '');
      if (typeof stat === 'number') throw new Error('no such mount');
      return stat;
    },
    readlink: (mount, path) => {
      const node = find(mount, path);
      return typeof node === 'object' && isLinkNode(node) ? node.link : -22;
    },
    readdir: (mount, path) => {
      const node = find(mount, path);
      if (typeof node !== 'object' || isLinkNode(node)) return -20;
      return Object.keys(node);
    },
    read: (mount, path, offset, lenBytes) => {
      const node = find(mount, path);
      return typeof node === 'string' ? stringToBytes(node.slice(offset, offset + lenBytes)) : -21;
    },
  };
}

/** setfsuid(2): capabilities over files go with user 0. */
export function becomeFsuid(task: Task, fsuid: number): void {
  const old = task.cred;
  task.cred = fixFsuid({ ...old, fsuid }, old);
}
