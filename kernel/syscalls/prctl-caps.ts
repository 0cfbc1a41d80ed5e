import { CAP_SETPCAP } from '../abi/capability.ts';
import { EINVAL, EPERM } from '../abi/errno.ts';
import {
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_IS_SET,
  PR_CAP_AMBIENT_LOWER,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
  PR_CAPBSET_READ,
  PR_GET_KEEPCAPS,
  PR_GET_SECUREBITS,
  PR_SET_KEEPCAPS,
  PR_SET_SECUREBITS,
} from '../abi/prctl.ts';
import {
  SECBIT_KEEP_CAPS,
  SECBIT_KEEP_CAPS_LOCKED,
  SECBIT_NO_CAP_AMBIENT_RAISE,
  SECURE_ALL_BITS,
  SECURE_ALL_LOCKS,
} from '../abi/securebits.ts';
import { type Caps, capable, capBit, commitCreds } from '../commoncap.ts';
import type { Task } from '../task.ts';

/** The options of prctl(2) about capabilities. Linux: security/commoncap.c cap_task_prctl(). */

function setCaps(task: Task, change: Partial<Caps>): number {
  commitCreds(task, { ...task.cred, caps: { ...task.cred.caps, ...change } });
  return 0;
}

function setSecurebits(task: Task, securebits: number): number {
  commitCreds(task, { ...task.cred, securebits });
  return 0;
}

function dropFromBoundingSet(task: Task, cap: number): number {
  if (!capable(task.cred, CAP_SETPCAP)) return -EPERM;
  return capBit(cap) === 0n ? -EINVAL : setCaps(task, { bset: task.cred.caps.bset & ~capBit(cap) });
}

function keepCaps(task: Task, value: number): number {
  if (value > 1) return -EINVAL;
  const { securebits } = task.cred;
  if (securebits & SECBIT_KEEP_CAPS_LOCKED) return -EPERM;
  return setSecurebits(task, value === 1 ? securebits | SECBIT_KEEP_CAPS : securebits & ~SECBIT_KEEP_CAPS);
}

/** What is locked stays, and so does a lock. */
function changeSecurebits(task: Task, wanted: number): number {
  const old = task.cred.securebits;
  const locked = (old & SECURE_ALL_LOCKS) >> 1;
  const refused = (locked & (old ^ wanted)) !== 0 || (old & SECURE_ALL_LOCKS & ~wanted) !== 0;
  const isUnknown = wanted > 0xffff_ffff || (wanted & ~(SECURE_ALL_LOCKS | SECURE_ALL_BITS)) !== 0;
  return refused || isUnknown || !capable(task.cred, CAP_SETPCAP) ? -EPERM : setSecurebits(task, wanted);
}

function ambient(task: Task, command: number, cap: number, rest: readonly number[]): number {
  const { caps, securebits } = task.cred;
  if (rest.some((arg) => arg !== 0)) return -EINVAL;
  if (command === PR_CAP_AMBIENT_CLEAR_ALL) return cap === 0 ? setCaps(task, { ambient: 0n }) : -EINVAL;
  const bit = capBit(cap);
  if (bit === 0n) return -EINVAL;
  switch (command) {
    case PR_CAP_AMBIENT_IS_SET:
      return caps.ambient & bit ? 1 : 0;
    case PR_CAP_AMBIENT_LOWER:
      return setCaps(task, { ambient: caps.ambient & ~bit });
    case PR_CAP_AMBIENT_RAISE:
      if ((caps.permitted & caps.inheritable & bit) === 0n || securebits & SECBIT_NO_CAP_AMBIENT_RAISE) return -EPERM;
      return setCaps(task, { ambient: caps.ambient | bit });
    default:
      return -EINVAL;
  }
}

export type CapabilityOption = (task: Task, arg: number, rest: readonly number[]) => number;

export const CAPABILITY_OPTIONS = new Map<number, CapabilityOption>([
  [PR_CAPBSET_READ, (task, cap) => (capBit(cap) === 0n ? -EINVAL : task.cred.caps.bset & capBit(cap) ? 1 : 0)],
  [PR_CAPBSET_DROP, dropFromBoundingSet],
  [PR_GET_KEEPCAPS, (task) => (task.cred.securebits & SECBIT_KEEP_CAPS ? 1 : 0)],
  [PR_SET_KEEPCAPS, keepCaps],
  [PR_GET_SECUREBITS, (task) => task.cred.securebits],
  [PR_SET_SECUREBITS, changeSecurebits],
  [PR_CAP_AMBIENT, (task, command, [cap = 0, ...rest]) => ambient(task, command, cap, rest)],
]);
