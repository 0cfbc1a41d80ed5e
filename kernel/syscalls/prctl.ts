import { EFAULT, EINVAL } from '../abi/errno.ts';
import {
  PR_GET_CHILD_SUBREAPER,
  PR_GET_DUMPABLE,
  PR_GET_NAME,
  PR_GET_NO_NEW_PRIVS,
  PR_GET_PDEATHSIG,
  PR_GET_SECCOMP,
  PR_GET_THP_DISABLE,
  PR_GET_TID_ADDRESS,
  PR_GET_TIMERSLACK,
  PR_GET_TIMING,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_DUMPABLE,
  PR_SET_NAME,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  PR_SET_TIMERSLACK,
  PR_SET_TIMING,
  PR_TIMING_STATISTICAL,
} from '../abi/prctl.ts';
import { _NSIG } from '../abi/signal.ts';
import { defineStruct } from '../abi/struct.ts';
import { bytesToString, cString } from '../bytes.ts';
import { mmOf, putBytes } from '../fs/uargs.ts';
import { copyFromUserPartial, putUserU32 } from '../mm/uaccess.ts';
import { threadsOf } from '../signal/wake.ts';
import type { Kernel } from '../state.ts';
import { TASK_COMM_LEN, type Task } from '../task.ts';
import { CAPABILITY_OPTIONS } from './prctl-caps.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { putStruct } from './user.ts';

const pointer = defineStruct('pointer', { value: 'ptr' });

/** A name that ends at its NUL, or at 15 bytes. Linux: strncpy_from_user() of PR_SET_NAME. */
function readName(k: Kernel, task: Task, addr: number): string {
  const bytes = copyFromUserPartial(k, mmOf(task), addr, TASK_COMM_LEN - 1);
  const end = bytes.indexOf(0);
  if (end < 0 && bytes.length < TASK_COMM_LEN - 1) throw new SyscallError(EFAULT);
  return bytesToString(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Linux: propagate_has_child_subreaper(). */
function tellDescendants(k: Kernel, task: Task): void {
  const open = [task];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const thread of threadsOf(k, at)) {
      for (const pid of thread.children) {
        const child = k.state.tasks.get(pid);
        if (!child || child.signal.hasChildSubreaper) continue;
        child.signal.hasChildSubreaper = true;
        open.push(child);
      }
    }
  }
}

/** Arguments that must not be used. */
function areZero(args: readonly number[]): boolean {
  return args.every((arg) => arg === 0);
}

/** What each option does with its first argument. An option that is not here is EINVAL, as on a kernel without it. */
const OPTIONS = new Map<number, (k: Kernel, task: Task, arg: number, rest: readonly number[]) => number>([
  [
    PR_SET_PDEATHSIG,
    (_k, task, signo) => {
      if (signo > _NSIG) return -EINVAL;
      task.pdeathSignal = signo;
      return 0;
    },
  ],
  [
    PR_GET_PDEATHSIG,
    (k, task, addr) => {
      putUserU32(k, mmOf(task), addr, task.pdeathSignal);
      return 0;
    },
  ],
  [
    PR_SET_NAME,
    (k, task, addr) => {
      task.comm = readName(k, task, addr);
      return 0;
    },
  ],
  [
    PR_GET_NAME,
    (k, task, addr) => {
      const name = new Uint8Array(TASK_COMM_LEN);
      name.set(cString(task.comm).subarray(0, TASK_COMM_LEN));
      putBytes(k, task, addr, name);
      return 0;
    },
  ],
  [PR_GET_DUMPABLE, (_k, task) => (mmOf(task).dumpable ? 1 : 0)],
  [
    PR_SET_DUMPABLE,
    (_k, task, value) => {
      if (value > 1) return -EINVAL;
      mmOf(task).dumpable = value === 1;
      return 0;
    },
  ],
  [PR_GET_SECCOMP, () => 0],
  [PR_GET_NO_NEW_PRIVS, (_k, task, arg, rest) => (areZero([arg, ...rest]) ? Number(task.noNewPrivs) : -EINVAL)],
  [
    PR_SET_NO_NEW_PRIVS,
    (_k, task, arg, rest) => {
      if (arg !== 1 || !areZero(rest)) return -EINVAL;
      task.noNewPrivs = true;
      return 0;
    },
  ],
  [
    PR_SET_CHILD_SUBREAPER,
    (k, task, arg) => {
      task.signal.isChildSubreaper = arg !== 0;
      if (arg !== 0) tellDescendants(k, task);
      return 0;
    },
  ],
  [PR_GET_TIMERSLACK, (_k, task) => task.timerSlackNs],
  [
    PR_SET_TIMERSLACK,
    (_k, task, ns) => {
      task.timerSlackNs = ns === 0 ? 50_000 : ns;
      return 0;
    },
  ],
  [PR_GET_TIMING, () => PR_TIMING_STATISTICAL],
  [PR_SET_TIMING, (_k, _task, value) => (value === PR_TIMING_STATISTICAL ? 0 : -EINVAL)],
  // There are no huge pages to switch off.
  [PR_GET_THP_DISABLE, (_k, _task, arg, rest) => (areZero([arg, ...rest]) ? 0 : -EINVAL)],
  [
    PR_GET_CHILD_SUBREAPER,
    (k, task, addr) => {
      putUserU32(k, mmOf(task), addr, Number(task.signal.isChildSubreaper));
      return 0;
    },
  ],
  [
    PR_GET_TID_ADDRESS,
    (k, task, addr) => {
      putStruct(k, task, pointer, addr, { value: task.clearChildTid });
      return 0;
    },
  ],
]);

/** prctl(2). */
const sys_prctl: SyscallRow = {
  name: 'prctl',
  nr: { i386: 172, x86_64: 157, arm: 172 },
  args: [
    ['option', 'prctlop'],
    ['arg2', 'ulong'],
    ['arg3', 'ulong'],
    ['arg4', 'ulong'],
    ['arg5', 'ulong'],
  ],
  ret: 'int',
  handler: (k, task, [option = 0, arg2 = 0, ...rest]) =>
    OPTIONS.get(option)?.(k, task, arg2, rest) ?? CAPABILITY_OPTIONS.get(option)?.(task, arg2, rest) ?? -EINVAL,
};

/** personality(2): returns the old one. What the bits mean for exec and uname is seen to there. */
const sys_personality: SyscallRow = {
  name: 'personality',
  nr: { i386: 136, x86_64: 135, arm: 136 },
  args: [['personality', 'uint']],
  ret: 'hex',
  handler(_k, task, [personality = 0]) {
    const old = task.personality;
    if (personality !== 0xffff_ffff) task.personality = personality;
    return old;
  },
};

export const PRCTL_ROWS: readonly SyscallRow[] = [sys_prctl, sys_personality];
