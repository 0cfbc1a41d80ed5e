import { EINVAL, ENOMEM, ENOSPC } from '../abi/errno.ts';
import { SHM_NORESERVE } from '../abi/shm.ts';
import { fput } from '../fs/file.ts';
import { currentTime } from '../fs/inode.ts';
import type { File } from '../fs/types.ts';
import { expandForMapping } from '../mm/nommu/shared-file.ts';
import { shmemFile } from '../mm/pagecache.ts';
import { pidVnr } from '../pid.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type IpcIds, type IpcPerm, ipcGet, newIpcPerm } from './ids.ts';

/** System V shared memory. Linux: ipc/shm.c. */

/** struct shmid_kernel. Times are seconds since the epoch, 0 for never. */
export interface ShmSegment extends IpcPerm {
  /** Where it is looked up. */
  ids: IpcIds<ShmSegment>;
  /** Holds one reference; each mapping has one more. */
  file: File;
  sizeBytes: number;
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

/** shmget(2): the number or -errno. Linux: ksys_shmget(). */
export function shmGet(
  k: Kernel,
  task: Task,
  ids: IpcIds<ShmSegment>,
  key: number,
  sizeBytes: number,
  flags: number,
): number {
  return ipcGet(ids, task, {
    key,
    flags,
    check: (found) => (sizeBytes > found.sizeBytes ? -EINVAL : 0),
    create: () => newSegment(k, task, ids, key, sizeBytes, flags),
  });
}

/** Linux: newseg(). */
function newSegment(
  k: Kernel,
  task: Task,
  ids: IpcIds<ShmSegment>,
  key: number,
  sizeBytes: number,
  flags: number,
): number {
  if (sizeBytes < 1) return -EINVAL;
  if (ids.entries.size >= SHMMNI) return -ENOSPC;
  if (sizeBytes > k.ram.lenBytes && !(flags & SHM_NORESERVE)) return -ENOMEM;
  const perm = newIpcPerm(ids, task, key, flags);
  const file = shmemFile(k, sizeBytes);
  const refused = k.state.noMmu ? expandForMapping(k, file.inode, sizeBytes) : 0;
  if (refused !== 0) {
    fput(k, file);
    return refused;
  }
  file.path = `/SYSV${(key >>> 0).toString(16).padStart(8, '0')} (deleted)`;
  file.inode.name = file.path.slice(1);
  const times = { atime: 0, dtime: 0, ctime: seconds(k) };
  const segment = { ...perm, ids, file, sizeBytes, ...times, cpid: task.tgid, lpid: 0 };
  file.shm = segment;
  ids.entries.set(perm.id, segment);
  return perm.id;
}

/** A mapping has been made. */
export function shmOpened(k: Kernel, task: Task, segment: ShmSegment): void {
  segment.atime = seconds(k);
  segment.lpid = task.tgid;
}

/** A mapping is gone; the last one takes a segment that is marked for removal with it. Linux: shm_close(). */
export function shmClose(k: Kernel, segment: ShmSegment): void {
  segment.dtime = seconds(k);
  segment.lpid = k.state.tasks.get(k.state.current)?.tgid ?? segment.lpid;
  if (segment.mode & SHM_DEST && shmAttaches(segment) === 0) destroy(k, segment);
}

function destroy(k: Kernel, segment: ShmSegment): void {
  segment.ids.entries.delete(segment.id);
  segment.file.shm = null;
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

/** Who made it and who mapped it last, as `viewer` numbers processes. */
export function shmPids(viewer: Task, { cpid, lpid }: ShmSegment): { shm_cpid: number; shm_lpid: number } {
  return { shm_cpid: pidVnr(viewer, cpid), shm_lpid: pidVnr(viewer, lpid) };
}
