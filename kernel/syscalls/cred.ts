import { EINVAL, EPERM } from '../abi/errno.ts';
import type { Cred } from '../task.ts';

/** User and group ids by the rules of credentials(7). Linux: kernel/sys.c. */

/** The four ids of one kind. */
export interface Ids {
  real: number;
  effective: number;
  saved: number;
  fs: number;
}

export type IdKind = 'uid' | 'gid';

/** (uid_t)-1: no such id, and in some calls "leave it". */
export const NO_ID = 0xffff_ffff;

export function idsOf(cred: Cred, kind: IdKind): Ids {
  if (kind === 'uid') return { real: cred.uid, effective: cred.euid, saved: cred.suid, fs: cred.fsuid };
  return { real: cred.gid, effective: cred.egid, saved: cred.sgid, fs: cred.fsgid };
}

export function withIds(cred: Cred, kind: IdKind, ids: Ids): Cred {
  const { real, effective, saved, fs } = ids;
  if (kind === 'uid') return { ...cred, uid: real, euid: effective, suid: saved, fsuid: fs };
  return { ...cred, gid: real, egid: effective, sgid: saved, fsgid: fs };
}

/** setuid(2), setgid(2). The new ids, or -errno. */
export function setId(old: Ids, id: number, privileged: boolean): Ids | number {
  if (id === NO_ID) return -EINVAL;
  if (privileged) return { real: id, effective: id, saved: id, fs: id };
  if (id !== old.real && id !== old.saved) return -EPERM;
  return { ...old, effective: id, fs: id };
}

/** setreuid(2), setregid(2). */
export function setReId(old: Ids, real: number, effective: number, privileged: boolean): Ids | number {
  const mayReal = [NO_ID, old.real, old.effective];
  const mayEffective = [...mayReal, old.saved];
  if (!privileged && !(mayReal.includes(real) && mayEffective.includes(effective))) return -EPERM;
  const next = { ...old };
  if (real !== NO_ID) next.real = real;
  if (effective !== NO_ID) next.effective = effective;
  if (real !== NO_ID || (effective !== NO_ID && effective !== old.real)) next.saved = next.effective;
  next.fs = next.effective;
  return next;
}

/** setresuid(2), setresgid(2). */
export function setResId(old: Ids, real: number, effective: number, saved: number, privileged: boolean): Ids | number {
  const may = [NO_ID, old.real, old.effective, old.saved];
  if (!privileged && ![real, effective, saved].every((id) => may.includes(id))) return -EPERM;
  const pick = (id: number, before: number): number => (id === NO_ID ? before : id);
  const next = pick(effective, old.effective);
  return { real: pick(real, old.real), effective: next, saved: pick(saved, old.saved), fs: next };
}

/** setfsuid(2), setfsgid(2): the ids unchanged where it is not allowed. */
export function setFsId(old: Ids, id: number, privileged: boolean): Ids {
  const may = privileged || [old.real, old.effective, old.saved, old.fs].includes(id);
  return id !== NO_ID && may ? { ...old, fs: id } : old;
}
