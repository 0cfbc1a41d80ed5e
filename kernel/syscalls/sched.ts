import { CAP_SYS_NICE } from '../abi/capability.ts';
import { EACCES, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { PRIO_PGRP, PRIO_PROCESS, PRIO_USER, RLIMIT_NICE } from '../abi/resource.ts';
import { SCHED_BATCH, SCHED_DEADLINE, SCHED_FIFO, SCHED_IDLE, SCHED_NORMAL, SCHED_RR } from '../abi/sched.ts';
import { archOf } from '../arch/index.ts';
import { capable } from '../commoncap.ts';
import { callIsa, getBytes, mmOf, putBytes } from '../fs/uargs.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import { findTaskOrSelf, findVpid, pidVnr } from '../pid.ts';
import { yieldCpu } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';
import { SCHED_POLICY_ROWS } from './sched-policy.ts';

/** The scheduler as it is: one CPU, round robin; nice values are kept but give no advantage. Policies: sched-policy.ts. */

/** sched_yield(2). */
const sys_sched_yield: SyscallRow = {
  name: 'sched_yield',
  nr: { i386: 158, x86_64: 24, arm: 158 },
  args: [],
  ret: 'int',
  handler(k, task) {
    yieldCpu(k, task);
    return 0;
  },
};

/** sched_getaffinity(2): CPU 0. Returns the length of the kernel's mask, which is a word. */
const sys_sched_getaffinity: SyscallRow = {
  name: 'sched_getaffinity',
  nr: { i386: 242, x86_64: 204, arm: 242 },
  args: [
    ['pid', 'pid'],
    ['len', 'uint'],
    ['mask', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, len = 0, mask = 0]) {
    const { wordBytes } = archOf(callIsa(task));
    if (len < 1 || len % wordBytes !== 0) return -EINVAL;
    if (pid < 0 || !findTaskOrSelf(k, task, pid)) return -ESRCH;
    const bytes = new Uint8Array(wordBytes);
    bytes[0] = 1;
    putBytes(k, task, mask, bytes);
    return wordBytes;
  },
};

/** sched_setaffinity(2): CPU 0 must be in the mask. */
const sys_sched_setaffinity: SyscallRow = {
  name: 'sched_setaffinity',
  nr: { i386: 241, x86_64: 203, arm: 241 },
  args: [
    ['pid', 'pid'],
    ['len', 'uint'],
    ['mask', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, len = 0, mask = 0]) {
    const [first = 0] = getBytes(k, task, mask, Math.min(len, 1));
    const target = findTaskOrSelf(k, task, pid);
    if (!target) return -ESRCH;
    if (!mayChange(task, target)) return -EPERM;
    return first & 1 ? 0 : -EINVAL;
  },
};

/** Priorities that a policy has, or -EINVAL. */
function priorityLimit(policy: number, ofRealTime: number): number {
  if (policy === SCHED_FIFO || policy === SCHED_RR) return ofRealTime;
  return [SCHED_NORMAL, SCHED_BATCH, SCHED_IDLE, SCHED_DEADLINE].includes(policy) ? 0 : -EINVAL;
}

/** sched_get_priority_max(2). */
const sys_sched_get_priority_max: SyscallRow = {
  name: 'sched_get_priority_max',
  nr: { i386: 159, x86_64: 146, arm: 159 },
  args: [['policy', 'int']],
  ret: 'int',
  handler: (_k, _task, [policy = 0]) => priorityLimit(policy, 99),
};

/** sched_get_priority_min(2). */
const sys_sched_get_priority_min: SyscallRow = {
  name: 'sched_get_priority_min',
  nr: { i386: 160, x86_64: 147, arm: 160 },
  args: [['policy', 'int']],
  ret: 'int',
  handler: (_k, _task, [policy = 0]) => priorityLimit(policy, 1),
};

/** getcpu(2): CPU 0 of node 0. */
const sys_getcpu: SyscallRow = {
  name: 'getcpu',
  nr: { i386: 318, x86_64: 309, arm: 345 },
  args: [
    ['cpup', 'ptr'],
    ['nodep', 'ptr'],
    ['unused', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [cpup = 0, nodep = 0]) {
    if (cpup !== 0) putUserU32(k, mmOf(task), cpup, 0);
    if (nodep !== 0) putUserU32(k, mmOf(task), nodep, 0);
    return 0;
  },
};

/** Whose nice values the call means; empty for nobody, -EINVAL for a wrong `which`. */
function niceTargets(k: Kernel, task: Task, which: number, who: number): Task[] | number {
  const all = [...k.state.tasks.values()].filter(({ state }) => state !== 'zombie');
  const named = (own: number): number => (who === 0 ? own : findVpid(task, who));
  if (which === PRIO_PROCESS) return all.filter(({ pid }) => pid === named(task.pid));
  if (which === PRIO_PGRP) return all.filter(({ signal }) => signal.pgrp === named(task.signal.pgrp));
  const uid = who === 0 ? task.cred.uid : who;
  if (which === PRIO_USER) return all.filter((one) => one.cred.uid === uid && pidVnr(task, one.pid) !== 0);
  return -EINVAL;
}

/** getpriority(2): 20 - nice, so that it is positive, for the best of those meant. */
const sys_getpriority: SyscallRow = {
  name: 'getpriority',
  nr: { i386: 96, x86_64: 140, arm: 96 },
  args: [
    ['which', 'int'],
    ['who', 'int'],
  ],
  ret: 'int',
  handler(k, task, [which = 0, who = 0]) {
    const targets = niceTargets(k, task, which, who);
    if (typeof targets === 'number') return targets;
    return targets.length === 0 ? -ESRCH : Math.max(...targets.map(({ nice }) => 20 - nice));
  },
};

function clampNice(nice: number): number {
  return Math.max(-20, Math.min(19, nice));
}

/** Linux: can_nice(). */
function mayNice(task: Task, nice: number): boolean {
  return capable(task.cred, CAP_SYS_NICE) || 20 - nice <= (task.signal.rlim[RLIMIT_NICE]?.[0] ?? 0);
}

/** Linux: set_one_prio_perm(), check_same_owner(). */
function mayChange(task: Task, target: Task): boolean {
  const { euid } = task.cred;
  return capable(task.cred, CAP_SYS_NICE) || euid === target.cred.uid || euid === target.cred.euid;
}

/** setpriority(2). */
const sys_setpriority: SyscallRow = {
  name: 'setpriority',
  nr: { i386: 97, x86_64: 141, arm: 97 },
  args: [
    ['which', 'int'],
    ['who', 'int'],
    ['niceval', 'int'],
  ],
  ret: 'int',
  handler(k, task, [which = 0, who = 0, niceval = 0]) {
    const targets = niceTargets(k, task, which, who);
    if (typeof targets === 'number') return targets;
    const nice = clampNice(niceval);
    let result = -ESRCH;
    for (const target of targets) {
      if (!mayChange(task, target)) result = -EPERM;
      else if (nice < target.nice && !mayNice(task, nice)) result = -EACCES;
      else {
        target.nice = nice;
        if (result === -ESRCH) result = 0;
      }
    }
    return result;
  },
};

/** nice(2). */
const sys_nice: SyscallRow = {
  name: 'nice',
  nr: { i386: 34, arm: 34 },
  args: [['increment', 'int']],
  ret: 'int',
  handler(_k, task, [increment = 0]) {
    const nice = clampNice(task.nice + Math.max(-40, Math.min(40, increment)));
    if (increment < 0 && !mayNice(task, nice)) return -EPERM;
    task.nice = nice;
    return 0;
  },
};

export const SCHED_ROWS: readonly SyscallRow[] = [
  sys_sched_yield,
  sys_sched_getaffinity,
  sys_sched_setaffinity,
  ...SCHED_POLICY_ROWS,
  sys_sched_get_priority_max,
  sys_sched_get_priority_min,
  sys_getcpu,
  sys_getpriority,
  sys_setpriority,
  sys_nice,
];
