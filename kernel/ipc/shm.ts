import { EACCES, EEXIST, EIDRM, EINVAL, ENOENT, ENOMEM, ENOSPC } from '../abi/errno.ts';
import { IPC_CREAT, IPC_EXCL } from '../abi/ipc.ts';
import { SHM_NORESERVE } from '../abi/shm.ts';
import { fput } from '../fs/file.ts';
import { currentTime } from '../fs/inode.ts';
import type { File } from '../fs/types.ts';
import { shmemFile } from '../mm/pagecache.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';

/** System V shared memory. Linux: ipc/shm.c. */

/** struct shmid_kernel. Times are seconds since the epoch, 0 for never. */
export interface ShmSegment {
  id: number;
  /** 0 for IPC_PRIVATE and once it is marked for removal. */
  key: number;
  /** Holds one reference; each mapping has one more. */
  file: File;
  sizeBytes: number;
  uid: number;
  gid: number;
  cuid: number;
  cgid: number;
  /** Permission bits, and SHM_DEST, SHM_LOCKED. */
  mode: number;
  atime: number;
  dtime: number;
  ctime: number;
  cpid: number;
  lpid: number;
}

/** Bits of the mode: goes with its last mapping; locked in memory. */
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;
export const SHMMNI = 4096;

export function shmAttaches({ file }: ShmSegment): number {
  return file.count - 1;
}

function seconds(k: Kernel): number {
  return currentTime(k)[0];
}

/** Permission bits that a user lacks: 4 to read, 2 to write. Linux: ipcperms(). */
export function shmAllows(task: Task, segment: ShmSegment, wanted: number): boolean {
  const { euid, egid, groups } = task.cred;
  if (euid === 0) return true;
  const isOwner = euid === segment.uid || euid === segment.cuid;
  const inGroup = [segment.gid, segment.cgid].some((gid) => gid === egid || groups.includes(gid));
  const granted = segment.mode >> (isOwner ? 6 : inGroup ? 3 : 0);
  return (wanted & ~granted & 7) === 0;
}

/** Throws EINVAL, EIDRM for one that is gone. */
export function shmById(k: Kernel, id: number): ShmSegment {
  const segment = k.state.shm.get(id);
  if (!segment) throw new SyscallError(id >= 0 && id < k.state.nextShmId ? EIDRM : EINVAL);
  return segment;
}

/** shmget(2): the number or -errno. Linux: ipcget(), newseg(). */
export function shmGet(k: Kernel, task: Task, key: number, sizeBytes: number, flags: number): number {
  const found = key === 0 ? undefined : [...k.state.shm.values()].find((segment) => segment.key === key);
  if (found) {
    if ((flags & (IPC_CREAT | IPC_EXCL)) === (IPC_CREAT | IPC_EXCL)) return -EEXIST;
    if (sizeBytes > found.sizeBytes) return -EINVAL;
    const wanted = ((flags >> 6) | (flags >> 3) | flags) & 7;
    return shmAllows(task, found, wanted) ? found.id : -EACCES;
  }
  if (key !== 0 && !(flags & IPC_CREAT)) return -ENOENT;
  if (sizeBytes < 1) return -EINVAL;
  if (k.state.shm.size >= SHMMNI) return -ENOSPC;
  if (sizeBytes > k.ram.lenBytes && !(flags & SHM_NORESERVE)) return -ENOMEM;
  return newSegment(k, task, key, sizeBytes, flags & 0o777);
}

function newSegment(k: Kernel, task: Task, key: number, sizeBytes: number, mode: number): number {
  const id = k.state.nextShmId++;
  const file = shmemFile(k, sizeBytes);
  file.shmid = id;
  file.path = `/SYSV${(key >>> 0).toString(16).padStart(8, '0')} (deleted)`;
  file.inode.name = file.path.slice(1);
  const { euid: uid, egid: gid } = task.cred;
  const ctime = seconds(k);
  const owner = { uid, gid, cuid: uid, cgid: gid };
  const times = { atime: 0, dtime: 0, ctime };
  k.state.shm.set(id, { id, key, file, sizeBytes, ...owner, mode, ...times, cpid: task.tgid, lpid: 0 });
  return id;
}

/** A mapping has been made. */
export function shmOpened(k: Kernel, task: Task, segment: ShmSegment): void {
  segment.atime = seconds(k);
  segment.lpid = task.tgid;
}

/** A mapping is gone; the last one takes a segment that is marked for removal with it. Linux: shm_close(). */
export function shmClose(k: Kernel, file: File): void {
  const segment = k.state.shm.get(file.shmid);
  if (!segment) return;
  segment.dtime = seconds(k);
  segment.lpid = k.state.tasks.get(k.state.current)?.tgid ?? segment.lpid;
  if (segment.mode & SHM_DEST && shmAttaches(segment) === 0) destroy(k, segment);
}

function destroy(k: Kernel, segment: ShmSegment): void {
  k.state.shm.delete(segment.id);
  fput(k, segment.file);
}

/** IPC_RMID. */
export function shmRemove(k: Kernel, segment: ShmSegment): void {
  if (shmAttaches(segment) === 0) {
    destroy(k, segment);
    return;
  }
  segment.mode |= SHM_DEST;
  segment.key = 0;
}
