import { CAP_IPC_OWNER, CAP_SYS_ADMIN } from '../abi/capability.ts';
import { EACCES, EEXIST, EIDRM, EINVAL, ENOENT } from '../abi/errno.ts';
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from '../abi/ipc.ts';
import { capable } from '../commoncap.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';

/** What System V's three kinds have in common: keys, numbers, owners. Linux: ipc/util.c. */

/** struct kern_ipc_perm. */
export interface IpcPerm {
  id: number;
  /** 0 for IPC_PRIVATE, and once a segment is marked for removal. */
  key: number;
  uid: number;
  gid: number;
  cuid: number;
  cgid: number;
  /** Permission bits, and above them what the kind puts there. */
  mode: number;
}

/** struct ipc_ids. A number is an index, the lowest that is free, and above it how often indices have been used again. */
export interface IpcIds<T extends IpcPerm> {
  entries: Map<number, T>;
  seq: number;
  lastIndex: number;
}

/** Linux: IPCMNI_SHIFT. */
const INDEX_BITS = 15;

function indexOf(id: number): number {
  return id & ((1 << INDEX_BITS) - 1);
}

export function newIpcIds<T extends IpcPerm>(): IpcIds<T> {
  return { entries: new Map(), seq: 0, lastIndex: -1 };
}

/** Linux: ipc_idr_alloc(). */
function nextId<T extends IpcPerm>(ids: IpcIds<T>): number {
  const taken = new Set([...ids.entries.keys()].map(indexOf));
  let index = 0;
  while (taken.has(index)) index++;
  if (index <= ids.lastIndex) ids.seq = (ids.seq + 1) & 0xffff;
  ids.lastIndex = index;
  return ids.seq * 2 ** INDEX_BITS + index;
}

/** Of a new object, the caller's; takes a number. */
export function newIpcPerm<T extends IpcPerm>(ids: IpcIds<T>, task: Task, key: number, flags: number): IpcPerm {
  const { euid: uid, egid: gid } = task.cred;
  return { id: nextId(ids), key, uid, gid, cuid: uid, cgid: gid, mode: flags & 0o777 };
}

/** Has the caller all these permissions: 4 to read, 2 to write? Linux: ipcperms(). */
export function ipcAllows(task: Task, perm: IpcPerm, wanted: number): boolean {
  const { cred } = task;
  if (capable(cred, CAP_IPC_OWNER)) return true;
  const isOwner = cred.euid === perm.uid || cred.euid === perm.cuid;
  const inGroup = [perm.gid, perm.cgid].some((gid) => gid === cred.egid || cred.groups.includes(gid));
  const granted = perm.mode >> (isOwner ? 6 : inGroup ? 3 : 0);
  return (wanted & ~granted & 7) === 0;
}

/** The owner, its maker, or root. Linux: ipcctl_obtain_check(). */
export function ipcMayControl(task: Task, { uid, cuid }: IpcPerm): boolean {
  return capable(task.cred, CAP_SYS_ADMIN) || task.cred.euid === uid || task.cred.euid === cuid;
}

/** Throws EINVAL, and EIDRM for one whose index another has now. Linux: ipc_obtain_object_check(). */
export function ipcById<T extends IpcPerm>(ids: IpcIds<T>, id: number): T {
  const found = ids.entries.get(id);
  if (!found) throw new SyscallError(atIndex(ids, id) ? EIDRM : EINVAL);
  return found;
}

/** *_STAT takes an index, as *_INFO tells the highest of, whatever stands above it. Throws EINVAL. */
export function ipcByIndex<T extends IpcPerm>(ids: IpcIds<T>, index: number): T {
  const found = atIndex(ids, index);
  if (!found) throw new SyscallError(EINVAL);
  return found;
}

function atIndex<T extends IpcPerm>(ids: IpcIds<T>, index: number): T | undefined {
  return [...ids.entries.values()].find(({ id }) => indexOf(id) === indexOf(index));
}

/** The highest index used, 0 when there is none. Linux: ipc_get_maxidx(). */
export function ipcHighest<T extends IpcPerm>(ids: IpcIds<T>): number {
  return Math.max(0, ...[...ids.entries.keys()].map(indexOf));
}

export interface IpcGet<T> {
  key: number;
  flags: number;
  /** Whether the one that is there will do: 0 or -errno. */
  check: (found: T) => number;
  /** Make one: its number or -errno. */
  create: () => number;
}

/** shmget, semget, msgget: a number or -errno. Linux: ipcget(). */
export function ipcGet<T extends IpcPerm>(ids: IpcIds<T>, task: Task, { key, flags, ...how }: IpcGet<T>): number {
  const found = key === IPC_PRIVATE ? undefined : [...ids.entries.values()].find((one) => one.key === key);
  if (found) {
    if ((flags & (IPC_CREAT | IPC_EXCL)) === (IPC_CREAT | IPC_EXCL)) return -EEXIST;
    const refused = how.check(found);
    if (refused !== 0) return refused;
    return ipcAllows(task, found, ((flags >> 6) | (flags >> 3) | flags) & 7) ? found.id : -EACCES;
  }
  if (key !== IPC_PRIVATE && !(flags & IPC_CREAT)) return -ENOENT;
  return how.create();
}

/** IPC_SET: new owner and permission bits. */
export function ipcUpdatePerm(perm: IpcPerm, wanted: { uid: number; gid: number; mode: number }): void {
  const { uid, gid, mode } = wanted;
  Object.assign(perm, { uid, gid, mode: (perm.mode & ~0o777) | (mode & 0o777) });
}
