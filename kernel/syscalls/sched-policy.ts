import { CAP_SYS_NICE } from '../abi/capability.ts';
import { E2BIG, EBUSY, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { RLIMIT_RTPRIO } from '../abi/resource.ts';
import {
  SCHED_BATCH,
  SCHED_DEADLINE,
  SCHED_FIFO,
  SCHED_FLAG_ALL,
  SCHED_FLAG_KEEP_PARAMS,
  SCHED_FLAG_KEEP_POLICY,
  SCHED_FLAG_RESET_ON_FORK,
  SCHED_IDLE,
  SCHED_NORMAL,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
} from '../abi/sched.ts';
import { kernelTimespec, schedAttr, schedParam, timespec } from '../abi/structs.ts';
import { readU32 } from '../bytes.ts';
import { capable } from '../commoncap.ts';
import { callIsa, getBytes, mmOf, putBytes } from '../fs/uargs.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import { findTaskOrSelf } from '../pid.ts';
import { requeue } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { putTimespec, type TimespecLayout } from './timespec.ts';
import { getStruct, putStruct } from './user.ts';

/**
 * Policies: real-time tasks run before all others and, among themselves, by priority; the other policies are one and the same here.
 * SCHED_DEADLINE is refused with EBUSY, as where the CPU has no room for it. Linux: kernel/sched/core.c.
 */

/** sched_rr_timeslice_ms, in ns. */
const RR_TIMESLICE_NS = 100_000_000;
const VER0_BYTES = 48;

/** What is asked for; null leaves it as it is. */
interface Policy {
  policy: number;
  priority: number;
  nice: number | null;
  resetOnFork: boolean;
}

/** Throws EINVAL, ESRCH. */
function target(k: Kernel, task: Task, pid: number): Task {
  if (pid < 0) throw new SyscallError(EINVAL);
  const found = findTaskOrSelf(k, task, pid);
  if (!found) throw new SyscallError(ESRCH);
  return found;
}

function isRealTime(policy: number): boolean {
  return policy === SCHED_FIFO || policy === SCHED_RR;
}

/** Linux: user_check_sched_setscheduler(). */
function mayChange(task: Task, who: Task, { policy, priority, resetOnFork }: Policy): boolean {
  if (capable(task.cred, CAP_SYS_NICE)) return true;
  const { euid } = task.cred;
  if (euid !== who.cred.uid && euid !== who.cred.euid) return false;
  const highest = who.signal.rlim[RLIMIT_RTPRIO]?.[0] ?? 0;
  if (isRealTime(policy) && policy !== who.policy && highest === 0) return false;
  if (isRealTime(policy) && priority > who.rtPriority && priority > highest) return false;
  return !(who.resetOnFork && !resetOnFork);
}

/** Linux: __sched_setscheduler(). 0 or -errno. */
function setPolicy(k: Kernel, task: Task, who: Task, wanted: Policy): number {
  const { policy, priority } = wanted;
  if (policy === SCHED_DEADLINE) return -EBUSY;
  if (![SCHED_NORMAL, SCHED_BATCH, SCHED_IDLE, SCHED_FIFO, SCHED_RR].includes(policy)) return -EINVAL;
  if (priority < 0 || priority > 99 || isRealTime(policy) !== priority > 0) return -EINVAL;
  if (!mayChange(task, who, wanted)) return -EPERM;
  who.policy = policy;
  who.rtPriority = priority;
  who.resetOnFork = wanted.resetOnFork;
  if (wanted.nice !== null && !isRealTime(policy)) who.nice = Math.max(-20, Math.min(19, wanted.nice));
  requeue(k, who);
  return 0;
}

function setScheduler(k: Kernel, task: Task, pid: number, policy: number | null, param: number): number {
  if (param === 0 || pid < 0) return -EINVAL;
  const priority = getStruct(k, task, schedParam, param).sched_priority;
  const who = target(k, task, pid);
  const flag = policy === null ? who.resetOnFork : (policy & SCHED_RESET_ON_FORK) !== 0;
  const bare = policy === null ? who.policy : policy & ~SCHED_RESET_ON_FORK;
  return setPolicy(k, task, who, { policy: bare, priority, nice: null, resetOnFork: flag });
}

/** sched_setscheduler(2). */
export const sys_sched_setscheduler: SyscallRow = {
  name: 'sched_setscheduler',
  nr: { i386: 156, x86_64: 144, arm: 156 },
  args: [
    ['pid', 'pid'],
    ['policy', 'int'],
    ['param', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [pid = 0, policy = 0, param = 0]) =>
    policy < 0 ? -EINVAL : setScheduler(k, task, pid, policy, param),
};

/** sched_setparam(2). */
export const sys_sched_setparam: SyscallRow = {
  name: 'sched_setparam',
  nr: { i386: 154, x86_64: 142, arm: 154 },
  args: [
    ['pid', 'pid'],
    ['param', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [pid = 0, param = 0]) => setScheduler(k, task, pid, null, param),
};

/** sched_getscheduler(2). */
export const sys_sched_getscheduler: SyscallRow = {
  name: 'sched_getscheduler',
  nr: { i386: 157, x86_64: 145, arm: 157 },
  args: [['pid', 'pid']],
  ret: 'int',
  handler(k, task, [pid = 0]) {
    const { policy, resetOnFork } = target(k, task, pid);
    return policy | (resetOnFork ? SCHED_RESET_ON_FORK : 0);
  },
};

/** sched_getparam(2). */
export const sys_sched_getparam: SyscallRow = {
  name: 'sched_getparam',
  nr: { i386: 155, x86_64: 143, arm: 155 },
  args: [
    ['pid', 'pid'],
    ['param', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, param = 0]) {
    if (param === 0) return -EINVAL;
    putStruct(k, task, schedParam, param, { sched_priority: target(k, task, pid).rtPriority });
    return 0;
  },
};

/** struct sched_attr of the length that it says itself; what this kernel does not know of must be 0. Linux: sched_copy_attr(). */
function readAttr(k: Kernel, task: Task, addr: number) {
  const isa = callIsa(task);
  const own = schedAttr.size(isa);
  const size = readU32(getBytes(k, task, addr, 4), 0) || VER0_BYTES;
  const tooBig = (): SyscallError => {
    putUserU32(k, mmOf(task), addr, own);
    return new SyscallError(E2BIG);
  };
  if (size < VER0_BYTES || size > PAGE_SIZE) throw tooBig();
  const bytes = new Uint8Array(Math.max(size, own));
  bytes.set(getBytes(k, task, addr, size));
  if (bytes.subarray(own).some((byte) => byte !== 0)) throw tooBig();
  return schedAttr.decode(isa, bytes);
}

/** sched_setattr(2). Utilization clamps are refused. */
export const sys_sched_setattr: SyscallRow = {
  name: 'sched_setattr',
  nr: { i386: 351, x86_64: 314, arm: 380 },
  args: [
    ['pid', 'pid'],
    ['uattr', 'ptr'],
    ['flags', 'uint'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, uattr = 0, flags = 0]) {
    if (uattr === 0 || pid < 0 || flags !== 0) return -EINVAL;
    const attr = readAttr(k, task, uattr);
    if (attr.sched_policy > 0x7fff_ffff) return -EINVAL;
    const known = SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS;
    const who = target(k, task, pid);
    if (attr.sched_flags > SCHED_FLAG_ALL || attr.sched_flags & ~known) return -EINVAL;
    const keeps = (flag: number): boolean => (attr.sched_flags & flag) !== 0;
    const params = keeps(SCHED_FLAG_KEEP_PARAMS);
    return setPolicy(k, task, who, {
      policy: keeps(SCHED_FLAG_KEEP_POLICY) ? who.policy : attr.sched_policy,
      priority: params ? who.rtPriority : attr.sched_priority,
      nice: params ? null : attr.sched_nice,
      resetOnFork: keeps(SCHED_FLAG_RESET_ON_FORK),
    });
  },
};

/** sched_getattr(2). */
export const sys_sched_getattr: SyscallRow = {
  name: 'sched_getattr',
  nr: { i386: 352, x86_64: 315, arm: 381 },
  args: [
    ['pid', 'pid'],
    ['uattr', 'ptr'],
    ['usize', 'uint'],
    ['flags', 'uint'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, uattr = 0, usize = 0, flags = 0]) {
    if (uattr === 0 || usize > PAGE_SIZE || usize < VER0_BYTES || flags !== 0) return -EINVAL;
    const isa = callIsa(task);
    const { policy, rtPriority, nice, resetOnFork } = target(k, task, pid);
    const bytes = new Uint8Array(usize);
    const size = Math.min(usize, schedAttr.size(isa));
    const attr = schedAttr.encode(isa, {
      size,
      sched_policy: policy,
      sched_flags: resetOnFork ? SCHED_FLAG_RESET_ON_FORK : 0,
      sched_nice: isRealTime(policy) ? 0 : nice,
      sched_priority: rtPriority,
    });
    bytes.set(attr.subarray(0, size));
    putBytes(k, task, uattr, bytes);
    return 0;
  },
};

function rrGetInterval(layout: TimespecLayout): SyscallRow['handler'] {
  return (k, task, [pid = 0, interval = 0]) => {
    const { policy } = target(k, task, pid);
    const ns = policy === SCHED_FIFO ? 0 : policy === SCHED_RR ? RR_TIMESLICE_NS : k.quantum;
    putTimespec(k, task, layout, interval, ns);
    return 0;
  };
}

/** sched_rr_get_interval(2): the time slice. */
export const sys_sched_rr_get_interval: SyscallRow = {
  name: 'sched_rr_get_interval',
  nr: { i386: 161, x86_64: 148, arm: 161 },
  args: [
    ['pid', 'pid'],
    ['interval', 'outtimespec'],
  ],
  ret: 'int',
  handler: rrGetInterval(timespec),
};

/** sched_rr_get_interval(2) with 64-bit time. */
export const sys_sched_rr_get_interval_time64: SyscallRow = {
  name: 'sched_rr_get_interval_time64',
  nr: { i386: 423, arm: 423 },
  args: [
    ['pid', 'pid'],
    ['interval', 'outtimespec64'],
  ],
  ret: 'int',
  handler: rrGetInterval(kernelTimespec),
};

export const SCHED_POLICY_ROWS: readonly SyscallRow[] = [
  sys_sched_setscheduler,
  sys_sched_setparam,
  sys_sched_getscheduler,
  sys_sched_getparam,
  sys_sched_setattr,
  sys_sched_getattr,
  sys_sched_rr_get_interval,
  sys_sched_rr_get_interval_time64,
];
