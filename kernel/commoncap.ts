import {
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_LAST_CAP,
  CAP_LINUX_IMMUTABLE,
  CAP_MAC_OVERRIDE,
  CAP_MKNOD,
  CAP_SETUID,
} from './abi/capability.ts';
import { SECBIT_KEEP_CAPS, SECBIT_NO_SETUID_FIXUP, SECBIT_NOROOT } from './abi/securebits.ts';
import type { Cred, Task } from './task.ts';

/** Capabilities of a task, and what changes of user ids and execve do to them. Linux: security/commoncap.c, capabilities(7). */

/** Sets as bits: capability n is bit n. Replaced as a whole: copies of credentials share it. */
export interface Caps {
  effective: bigint;
  permitted: bigint;
  inheritable: bigint;
  bset: bigint;
  ambient: bigint;
}

export const ALL_CAPS = (1n << BigInt(CAP_LAST_CAP + 1)) - 1n;

const BITS = Array.from({ length: CAP_LAST_CAP + 1 }, (_, cap) => 1n << BigInt(cap));

/** The bit of a capability; 0 for a number that is none. */
export function capBit(cap: number): bigint {
  return BITS[cap] ?? 0n;
}

function bitsOf(...caps: number[]): bigint {
  return caps.reduce((set, cap) => set | capBit(cap), 0n);
}

/** Of files: they follow fsuid. Linux: CAP_FS_SET. */
const FS_CAPS = bitsOf(
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_LINUX_IMMUTABLE,
  CAP_MAC_OVERRIDE,
  CAP_MKNOD,
);

/** Linux: capable(). */
export function capable(cred: Cred, cap: number): boolean {
  return (cred.caps.effective & capBit(cap)) !== 0n;
}

export function isSubset(part: bigint, whole: bigint): boolean {
  return (part & ~whole) === 0n;
}

/**
 * The task has other credentials. Who cannot do the same things as before is no longer dumped, nor traced by those who could.
 * Linux: commit_creds().
 */
export function commitCreds(task: Task, next: Cred): void {
  const old = task.cred;
  task.cred = next;
  const same = next.euid === old.euid && next.egid === old.egid && next.fsuid === old.fsuid && next.fsgid === old.fsgid;
  if (same && isSubset(next.caps.permitted, old.caps.permitted)) return;
  if (task.mm) task.mm.dumpable = false;
  task.pdeathSignal = 0;
}

/** Credentials of a user who has just come in: root with all capabilities, anybody else with none. */
export function newCred(uid: number, gid: number): Cred {
  const own = uid === 0 ? ALL_CAPS : 0n;
  const caps = { effective: own, permitted: own, inheritable: 0n, bset: ALL_CAPS, ambient: 0n };
  const ids = { uid, gid, euid: uid, egid: gid, suid: uid, sgid: gid, fsuid: uid, fsgid: gid };
  return { ...ids, groups: [gid], caps, securebits: 0 };
}

/** What a change of uid, euid and suid does to capabilities. Linux: cap_emulate_setxuid(). */
export function emulateSetxuid(next: Cred, old: Cred): Cred {
  if (next.securebits & SECBIT_NO_SETUID_FIXUP) return next;
  const isRoot = ({ uid, euid, suid }: Cred): boolean => uid === 0 || euid === 0 || suid === 0;
  const caps = { ...next.caps };
  if (isRoot(old) && !isRoot(next)) {
    if (!(next.securebits & SECBIT_KEEP_CAPS)) {
      caps.permitted = 0n;
      caps.effective = 0n;
    }
    caps.ambient = 0n;
  }
  if (old.euid === 0 && next.euid !== 0) caps.effective = 0n;
  if (old.euid !== 0 && next.euid === 0) caps.effective = caps.permitted;
  return { ...next, caps };
}

/** setfsuid: the capabilities of files go and come with user 0. Linux: cap_task_fix_setuid(LSM_SETID_FS). */
export function fixFsuid(next: Cred, old: Cred): Cred {
  if (next.securebits & SECBIT_NO_SETUID_FIXUP) return next;
  const caps = { ...next.caps };
  if (old.fsuid === 0 && next.fsuid !== 0) caps.effective &= ~FS_CAPS;
  if (old.fsuid !== 0 && next.fsuid === 0) caps.effective |= caps.permitted & FS_CAPS;
  return { ...next, caps };
}

/** access(2): as the real user would. Linux: access_override_creds(). */
export function realCred(cred: Cred): Cred {
  const real = { ...cred, fsuid: cred.uid, fsgid: cred.gid };
  if (cred.securebits & SECBIT_NO_SETUID_FIXUP) return real;
  return { ...real, caps: { ...cred.caps, effective: cred.uid === 0 ? cred.caps.permitted : 0n } };
}

/** What execve makes of credentials whose euid and egid are the program's already. */
export interface ExecCred {
  cred: Cred;
  /** AT_SECURE. */
  secure: boolean;
}

/**
 * The capabilities of a new program: files here have none of their own. `distrusts`: somebody traces the task, shares its fs or has
 * forbidden it new privileges, so it gets no more than it had. Linux: cap_bprm_creds_from_file().
 */
export function capsOfProgram(wanted: Cred, old: Cred, distrusts: { any: boolean; noNewPrivs: boolean }): ExecCred {
  const next = { ...wanted };
  const rootIsSpecial = !(next.securebits & SECBIT_NOROOT);
  let { ambient } = old.caps;
  let permitted = rootIsSpecial && (next.euid === 0 || next.uid === 0) ? old.caps.bset | old.caps.inheritable : 0n;
  const isEffective = rootIsSpecial && next.euid === 0;
  const isSetId = next.euid !== old.uid || next.egid !== old.gid;
  if ((isSetId || !isSubset(permitted, old.caps.permitted)) && distrusts.any) {
    if (!capable(old, CAP_SETUID) || distrusts.noNewPrivs) {
      next.euid = next.uid;
      next.egid = next.gid;
    }
    permitted &= old.caps.permitted;
  }
  if (isSetId) ambient = 0n;
  permitted |= ambient;
  const effective = isEffective ? permitted : ambient;
  const { inheritable, bset } = old.caps;
  const cred = {
    ...next,
    suid: next.euid,
    fsuid: next.euid,
    sgid: next.egid,
    fsgid: next.egid,
    caps: { effective, permitted, inheritable, bset, ambient },
    securebits: next.securebits & ~SECBIT_KEEP_CAPS,
  };
  const grew = isEffective || !isSubset(permitted, ambient);
  return { cred, secure: isSetId || (next.uid !== 0 && grew) };
}
