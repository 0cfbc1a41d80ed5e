import { type Mm, PAGE_SIZE, VM_EXEC, VM_GROWSDOWN, VM_MAYSHARE } from '../../mm/types.ts';
import { levelsOf, pidNrNs } from '../../pid.ts';
import { parentTgid } from '../../reparent.ts';
import { groupCpuNs } from '../../signal/timers.ts';
import { threadGroup } from '../../signal/wake.ts';
import type { Kernel } from '../../state.ts';
import type { Sigset, Task } from '../../task.ts';

/** /proc/PID/stat, status and limits. Linux: fs/proc/array.c. */

const STATE_LETTER: { readonly [state in Task['state']]: string } = {
  running: 'R',
  interruptible: 'S',
  killable: 'D',
  uninterruptible: 'D',
  stopped: 'T',
  traced: 't',
  zombie: 'Z',
  dead: 'X',
};

const STATE_WORD: { readonly [letter: string]: string } = {
  R: 'running',
  S: 'sleeping',
  D: 'disk sleep',
  T: 'stopped',
  t: 'tracing stop',
  Z: 'zombie',
  X: 'dead',
};

/** Clock ticks of 1/100 s in `ns`. */
function ticks(ns: number): number {
  return Math.floor(ns / 1e7);
}

function mappedBytes(task: Task, wants: (flags: number) => boolean = () => true): number {
  return (task.mm?.vmas ?? []).reduce((sum, vma) => sum + (wants(vma.flags) ? vma.end - vma.start : 0), 0);
}

/** Linux: get_nr_threads(). */
function nrThreads(k: Kernel, task: Task): number {
  return threadGroup(k, k.state.tasks.get(task.tgid) ?? task).length;
}

export function statText(k: Kernel, task: Task): string {
  const { signal, mm } = task;
  const tty = k.state.tasks.get(task.tgid)?.files?.fd.find((open) => open?.file.inode.tty)?.file.inode.tty;
  const hasTty = tty !== undefined && tty !== null && tty.session !== 0 && tty.session === signal.session;
  const fields = [
    task.pid,
    `(${task.comm})`,
    STATE_LETTER[task.state],
    parentTgid(k, task),
    signal.pgrp,
    signal.session,
    hasTty ? 0x501 : 0,
    hasTty ? tty.pgrp : -1,
    0,
    0,
    0,
    0,
    0,
    ticks(task.pid === task.tgid ? groupCpuNs(k, task) : task.retired),
    0,
    ticks(signal.reaped.cpuNs),
    0,
    20 + task.nice,
    task.nice,
    nrThreads(k, task),
    0,
    ticks(task.startNs),
    mappedBytes(task),
    mm?.rss ?? 0,
    '18446744073709551615',
    mm?.startCode ?? 0,
    mm?.endCode ?? 0,
    mm?.startStack ?? 0,
    0,
    0,
    task.pending.set.lo & 0x7fff_ffff,
    task.blocked.lo & 0x7fff_ffff,
    0,
    0,
    0,
    0,
    0,
    task.exitSignal,
    0,
    0,
    0,
    0,
    0,
    0,
    mm?.startData ?? 0,
    mm?.endData ?? 0,
    mm?.startBrk ?? 0,
    mm?.argStart ?? 0,
    mm?.argEnd ?? 0,
    mm?.envStart ?? 0,
    mm?.envEnd ?? 0,
    task.state === 'zombie' ? task.exitCode : 0,
  ];
  return `${fields.join(' ')}\n`;
}

/** Sixteen hexadecimal digits, signal 1 the lowest bit. */
export function signalMask({ lo, hi }: Sigset): string {
  return (hi >>> 0).toString(16).padStart(8, '0') + (lo >>> 0).toString(16).padStart(8, '0');
}

function capMask(set: bigint): string {
  return set.toString(16).padStart(16, '0');
}

/** Signals whose action has this handler test. */
function actions(task: Task, holds: (handler: number) => boolean): Sigset {
  const set = { lo: 0, hi: 0 };
  task.sighand.action.forEach((action, signo) => {
    if (signo === 0 || !action || !holds(action.handler)) return;
    if (signo <= 32) set.lo |= 1 << (signo - 1);
    else set.hi |= 1 << (signo - 33);
  });
  return set;
}

/** A number from the first namespace, which this /proc is of, to the task's own. */
export function onAllLevels({ pidNs }: Task, pid: number): string {
  const levels = levelsOf(pidNs).reverse();
  return levels.map((ns) => pidNrNs(pid, ns)).join('\t');
}

/** Bytes of regions that are the process's own, what is unused at their ends, and shared ones. Linux: fs/proc/task_nommu.c task_mem(). */
function memoryOfRegions({ users, vmas }: Mm): [string, string][] {
  const bytes = (value: number): string => `${String(value).padStart(8)} bytes`;
  let [own, slack, shared] = [0, 0, 0];
  for (const { start, end, flags, region } of vmas) {
    const size = region ? region.end - region.start : end - start;
    if (users > 1 || flags & VM_MAYSHARE) {
      shared += size;
    } else {
      own += size;
      slack = region ? region.end - end : slack;
    }
  }
  return [
    ['Mem', bytes(own)],
    ['Slack', bytes(slack)],
    ['Shared', bytes(shared)],
  ];
}

export function statusText(k: Kernel, task: Task): string {
  const { cred, signal, mm } = task;
  const letter = STATE_LETTER[task.state];
  const kib = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
  const lines: [string, string | number][] = [
    ['Name', task.comm],
    ['Umask', (task.fs?.umask ?? 0).toString(8).padStart(4, '0')],
    ['State', `${letter} (${STATE_WORD[letter]})`],
    ['Tgid', task.tgid],
    ['Ngid', 0],
    ['Pid', task.pid],
    ['PPid', parentTgid(k, task)],
    ['TracerPid', task.ptrace?.tracer ?? 0],
    ['Uid', [cred.uid, cred.euid, cred.suid, cred.fsuid].join('\t')],
    ['Gid', [cred.gid, cred.egid, cred.sgid, cred.fsgid].join('\t')],
    ['FDSize', Math.max(64, task.files?.fd.length ?? 0)],
    ['Groups', cred.groups.join(' ')],
    ['NStgid', onAllLevels(task, task.tgid)],
    ['NSpid', onAllLevels(task, task.pid)],
    ['NSpgid', onAllLevels(task, signal.pgrp)],
    ['NSsid', onAllLevels(task, signal.session)],
  ];
  if (mm && k.state.noMmu) {
    lines.push(...memoryOfRegions(mm));
  } else if (mm) {
    lines.push(
      ['VmSize', kib(mappedBytes(task))],
      ['VmRSS', kib(mm.rss * PAGE_SIZE)],
      ['VmStk', kib(mappedBytes(task, (flags) => (flags & VM_GROWSDOWN) !== 0))],
      ['VmExe', kib(mappedBytes(task, (flags) => (flags & VM_EXEC) !== 0))],
    );
  }
  lines.push(
    ['Threads', nrThreads(k, task)],
    ['SigPnd', signalMask(task.pending.set)],
    ['ShdPnd', signalMask(signal.sharedPending.set)],
    ['SigBlk', signalMask(task.blocked)],
    ['SigIgn', signalMask(actions(task, (handler) => handler === 1))],
    ['SigCgt', signalMask(actions(task, (handler) => handler > 1))],
    ['CapInh', capMask(cred.caps.inheritable)],
    ['CapPrm', capMask(cred.caps.permitted)],
    ['CapEff', capMask(cred.caps.effective)],
    ['CapBnd', capMask(cred.caps.bset)],
    ['CapAmb', capMask(cred.caps.ambient)],
    ['NoNewPrivs', Number(task.noNewPrivs)],
  );
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

const LIMITS: readonly [name: string, unit: string][] = [
  ['Max cpu time', 'seconds'],
  ['Max file size', 'bytes'],
  ['Max data size', 'bytes'],
  ['Max stack size', 'bytes'],
  ['Max core file size', 'bytes'],
  ['Max resident set', 'bytes'],
  ['Max processes', 'processes'],
  ['Max open files', 'files'],
  ['Max locked memory', 'bytes'],
  ['Max address space', 'bytes'],
  ['Max file locks', 'locks'],
  ['Max pending signals', 'signals'],
  ['Max msgqueue size', 'bytes'],
  ['Max nice priority', ''],
  ['Max realtime priority', ''],
  ['Max realtime timeout', 'us'],
];

export function limitsText(_k: Kernel, task: Task): string {
  const text = (value: number): string => (value === Infinity ? 'unlimited' : String(value)).padEnd(20);
  const rows = LIMITS.map(([name, unit], index) => {
    const [soft, hard] = task.signal.rlim[index] ?? [Infinity, Infinity];
    return `${name.padEnd(25)} ${text(soft)} ${text(hard)} ${unit.padEnd(10)}\n`;
  });
  const head = `${'Limit'.padEnd(25)} ${'Soft Limit'.padEnd(20)} ${'Hard Limit'.padEnd(20)} ${'Units'.padEnd(10)}\n`;
  return head + rows.join('');
}
