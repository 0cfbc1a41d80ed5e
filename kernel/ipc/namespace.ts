import type { Kernel } from '../state.ts';
import { type IpcIds, newIpcIds } from './ids.ts';
import type { MsgQueue } from './msg.ts';
import { type SemArray, semDestroy } from './sem.ts';
import { type ShmSegment, shmRemove } from './shm.ts';

/** What System V's keys and numbers are looked up in. Linux: struct ipc_namespace, ipc/namespace.c. */
export interface IpcNamespace {
  ino: number;
  /** Users: struct nsproxy, and open files of /proc/PID/ns. */
  count: number;
  shm: IpcIds<ShmSegment>;
  sem: IpcIds<SemArray>;
  msg: IpcIds<MsgQueue>;
}

export function newIpcNamespace(ino: number): IpcNamespace {
  return { ino, count: 1, shm: newIpcIds(), sem: newIpcIds(), msg: newIpcIds() };
}

/** The last user takes all with it; a segment that is still mapped lives on without a number. Linux: free_ipc_ns(). */
export function putIpcNamespace(k: Kernel, ns: IpcNamespace): void {
  if (--ns.count > 0) return;
  for (const segment of [...ns.shm.entries.values()]) shmRemove(k, segment);
  for (const array of [...ns.sem.entries.values()]) semDestroy(k, ns, array);
  ns.msg.entries.clear();
}
