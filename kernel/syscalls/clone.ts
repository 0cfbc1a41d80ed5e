import { CAP_CHECKPOINT_RESTORE, CAP_SYS_ADMIN } from '../abi/capability.ts';
import { E2BIG, EFAULT, EINVAL, EPERM } from '../abi/errno.ts';
import {
  CLONE_CLEAR_SIGHAND,
  CLONE_DETACHED,
  CLONE_INTO_CGROUP,
  CLONE_NEWTIME,
  CLONE_PARENT,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VFORK,
  CLONE_VM,
  CSIGNAL,
} from '../abi/sched.ts';
import { SIGCHLD } from '../abi/signal.ts';
import { archOf } from '../arch/index.ts';
import { readU32, readU64 } from '../bytes.ts';
import { capable } from '../commoncap.ts';
import { doFork, type KernelCloneArgs } from '../fork.ts';
import { getBytes } from '../fs/uargs.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { copyFromUser } from '../mm/uaccess.ts';
import { MAX_PID_NS_LEVEL } from '../pid.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** fork and vfork take no arguments. */
function plainClone(flags: number): KernelCloneArgs {
  return { flags, exitSignal: SIGCHLD, stack: 0, tls: 0, parentTid: 0, childTid: 0, pidfd: 0 };
}

/** fork(2): without an MMU it cannot be. Linux: kernel/fork.c SYSCALL_DEFINE0(fork). */
export const sys_fork: SyscallRow = {
  name: 'fork',
  nr: { i386: 2, x86_64: 57, arm: 2 },
  args: [],
  ret: 'pid',
  handler: (k, task) => (k.state.noMmu ? -EINVAL : doFork(k, task, plainClone(0))),
};

/** vfork(2). */
export const sys_vfork: SyscallRow = {
  name: 'vfork',
  nr: { i386: 190, x86_64: 58, arm: 190 },
  args: [],
  ret: 'pid',
  handler: (k, task) => doFork(k, task, plainClone(CLONE_VFORK | CLONE_VM)),
};

/** clone(2): its last two arguments stand in the other order on x86-64. */
export const sys_clone: SyscallRow = {
  name: 'clone',
  nr: { i386: 120, arm: 120 },
  args: [
    ['flags', 'cloneflags'],
    ['stack', 'hex'],
    ['parent_tid', 'ptr'],
    ['tls', 'hex'],
    ['child_tid', 'ptr'],
  ],
  ret: 'pid',
  handler: (k, task, [flags = 0, stack = 0, parentTid = 0, tls = 0, childTid = 0]) =>
    doFork(k, task, legacyClone(flags, stack, parentTid, childTid, tls)),
};

export const sys_clone_x86_64: SyscallRow = {
  name: 'clone',
  nr: { x86_64: 56 },
  args: [
    ['flags', 'cloneflags'],
    ['stack', 'hex'],
    ['parent_tid', 'ptr'],
    ['child_tid', 'ptr'],
    ['tls', 'hex'],
  ],
  ret: 'pid',
  handler: (k, task, [flags = 0, stack = 0, parentTid = 0, childTid = 0, tls = 0]) =>
    doFork(k, task, legacyClone(flags, stack, parentTid, childTid, tls)),
};

/** The low byte of the flags is the exit signal; the high half of the register is not looked at. */
function legacyClone(flags: number, stack: number, parentTid: number, childTid: number, tls: number): KernelCloneArgs {
  const low = flags >>> 0;
  return {
    flags: (low & ~CSIGNAL) >>> 0,
    exitSignal: low & CSIGNAL,
    stack,
    tls,
    parentTid,
    childTid,
    pidfd: parentTid,
  };
}

/** struct clone_args: offsets of its 64-bit fields. include/uapi/linux/sched.h. */
const FIELD = {
  flags: 0,
  pidfd: 8,
  childTid: 16,
  parentTid: 24,
  exitSignal: 32,
  stack: 40,
  stackSize: 48,
  tls: 56,
  setTid: 64,
  setTidSize: 72,
  cgroup: 80,
};
const CLONE_ARGS_SIZE_VER0 = 64;
const CLONE_ARGS_SIZE = 88;
const NSIG = 64;

/** clone3(2). */
export const sys_clone3: SyscallRow = {
  name: 'clone3',
  nr: { i386: 435, x86_64: 435, arm: 435 },
  args: [
    ['cl_args', 'ptr'],
    ['size', 'size'],
  ],
  ret: 'pid',
  handler: (k, task, [clArgs = 0, size = 0]) => {
    const args = copyCloneArgs(k, task, clArgs, size);
    return typeof args === 'number' ? args : doFork(k, task, args);
  },
};

/** Linux: kernel/fork.c copy_clone_args_from_user(), clone3_args_valid(). */
function copyCloneArgs(k: Kernel, task: Task, address: number, size: number): KernelCloneArgs | number {
  if (!task.mm) throw new SyscallError(EFAULT);
  if (size > PAGE_SIZE) return -E2BIG;
  if (size < CLONE_ARGS_SIZE_VER0) return -EINVAL;
  const bytes = copyFromUser(k, task.mm, address, size);
  if (bytes.subarray(CLONE_ARGS_SIZE).some((byte) => byte !== 0)) return -E2BIG;
  const full = new Uint8Array(CLONE_ARGS_SIZE);
  full.set(bytes.subarray(0, CLONE_ARGS_SIZE));
  const field = (name: keyof typeof FIELD): number => readU64(full, FIELD[name]);

  const exitSignal = field('exitSignal');
  const setTid = wantedTids(k, task, field('setTid'), field('setTidSize'));
  if (typeof setTid === 'number') return setTid;
  if (exitSignal > NSIG) return -EINVAL;
  const flags = field('flags');
  const intoCgroup = Math.floor(flags / CLONE_INTO_CGROUP) % 2 === 1;
  if (intoCgroup && (field('cgroup') > 0x7fff_ffff || size < CLONE_ARGS_SIZE)) return -EINVAL;
  if (flags >= 2 * CLONE_INTO_CGROUP || flags & (CLONE_DETACHED | (CSIGNAL & ~CLONE_NEWTIME))) return -EINVAL;
  if (Math.floor(flags / CLONE_CLEAR_SIGHAND) % 2 === 1 && flags & CLONE_SIGHAND) return -EINVAL;
  if (flags & (CLONE_THREAD | CLONE_PARENT) && exitSignal !== 0) return -EINVAL;
  const stack = stackPointer(task, field('stack'), field('stackSize'));
  if (stack < 0) return stack;
  return {
    flags,
    exitSignal,
    stack,
    tls: field('tls'),
    parentTid: field('parentTid'),
    childTid: field('childTid'),
    pidfd: field('pidfd'),
    setTid,
  };
}

/** The stack is given by its lowest address and its size; both or neither. Linux: clone3_stack_valid(). */
function stackPointer(task: Task, stack: number, size: number): number {
  if (stack === 0) return size === 0 ? 0 : -EINVAL;
  if (size === 0 || stack + size > archOf(task.isa).taskSize) return -EINVAL;
  return stack + size;
}

/** Choosing pids is privileged. Linux: copy_clone_args_from_user(), alloc_pid(). */
function wantedTids(k: Kernel, task: Task, address: number, count: number): number[] | number {
  if ((address === 0) !== (count === 0) || count > MAX_PID_NS_LEVEL) return -EINVAL;
  if (count === 0) return [];
  const bytes = getBytes(k, task, address, 4 * count);
  const tids = Array.from({ length: count }, (_, i) => readU32(bytes, 4 * i) | 0);
  if (tids.some((tid) => tid < 1)) return -EINVAL;
  const may = capable(task.cred, CAP_CHECKPOINT_RESTORE) || capable(task.cred, CAP_SYS_ADMIN);
  return may ? tids : -EPERM;
}

export const CLONE_ROWS: readonly SyscallRow[] = [sys_fork, sys_vfork, sys_clone, sys_clone_x86_64, sys_clone3];
