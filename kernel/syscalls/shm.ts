import { CAP_IPC_LOCK } from '../abi/capability.ts';
import { EACCES, EINVAL, EPERM } from '../abi/errno.ts';
import * as IPC from '../abi/ipc.ts';
import { MAP_FIXED, MAP_SHARED, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import * as SHM from '../abi/shm.ts';
import { shmInfo, shmid64Ds, shminfo64 } from '../abi/structs/ipc.ts';
import { shmidDs, shminfo } from '../abi/structs/ipc-old.ts';
import { archOf } from '../arch/index.ts';
import { capable } from '../commoncap.ts';
import { callIsa, mmOf } from '../fs/uargs.ts';
import { ipcAllows, ipcById, ipcByIndex, ipcHighest, ipcMayControl, ipcUpdatePerm } from '../ipc/ids.ts';
import { SHM_LOCKED, SHMMNI, type ShmSegment, shmAttaches, shmGet, shmOpened, shmPids, shmRemove } from '../ipc/shm.ts';
import { directVersion } from '../ipc/version.ts';
import { canDoMlock } from '../mm/accounting.ts';
import { doMmap, munmapRange, pageAlign } from '../mm/mmap.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { vmasIn } from '../mm/vma.ts';
import { nsproxyOf } from '../nsproxy.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { getStruct, putStruct } from './user.ts';

/** System V shared memory. Linux: ipc/shm.c, ipc/syscall.c. */

/** Huge pages are refused. */
export function doShmget(k: Kernel, task: Task, key: number, sizeBytes: number, flags: number): number {
  return flags & SHM.SHM_HUGETLB ? -EINVAL : shmGet(k, task, nsproxyOf(task).ipc.shm, key, sizeBytes, flags);
}

/** shmget(2). */
export const sys_shmget: SyscallRow = {
  name: 'shmget',
  nr: { i386: 395, x86_64: 29, arm: 307 },
  args: [
    ['key', 'int'],
    ['size', 'size'],
    ['shmflg', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [key = 0, size = 0, flags = 0]) => doShmget(k, task, key, size, flags),
};

/** Where it goes: 0 for anywhere. Throws EINVAL. */
function attachAddress(task: Task, segment: ShmSegment, addr: number, flags: number): number {
  if (addr === 0) {
    if (flags & SHM.SHM_REMAP) throw new SyscallError(EINVAL);
    return 0;
  }
  const mm = mmOf(task);
  const lba = archOf(mm.isa).shmlbaBytes;
  const rounded = flags & SHM.SHM_RND ? addr - (addr % lba) : addr;
  if (rounded === 0 || rounded % lba !== 0) throw new SyscallError(EINVAL);
  const isTaken = vmasIn(mm, rounded, rounded + pageAlign(segment.sizeBytes)).length > 0;
  if (isTaken && !(flags & SHM.SHM_REMAP)) throw new SyscallError(EINVAL);
  return rounded;
}

/** Linux: do_shmat(). */
export function doShmat(k: Kernel, task: Task, id: number, addr: number, flags: number): number {
  if (id < 0) return -EINVAL;
  const readOnly = (flags & SHM.SHM_RDONLY) !== 0;
  const segment = ipcById(nsproxyOf(task).ipc.shm, id);
  const at = attachAddress(task, segment, addr, flags);
  const wanted = (readOnly ? 4 : 6) | (flags & SHM.SHM_EXEC ? 1 : 0);
  if (!ipcAllows(task, segment, wanted)) return -EACCES;
  const prot = PROT_READ | (readOnly ? 0 : PROT_WRITE) | (flags & SHM.SHM_EXEC ? PROT_EXEC : 0);
  const mapFlags = MAP_SHARED | (at !== 0 ? MAP_FIXED : 0);
  const { file, sizeBytes: lenBytes } = segment;
  const result = doMmap(k, task, { addr: at, lenBytes, prot, flags: mapFlags, file, offset: 0 });
  if (result > 0) shmOpened(k, task, segment);
  return result;
}

/** Linux: ksys_shmdt(): all parts of the mapping that begins there, whatever was unmapped of it. */
export function doShmdt(k: Kernel, task: Task, addr: number): number {
  const mm = mmOf(task);
  if (addr % PAGE_SIZE !== 0) return -EINVAL;
  const first = mm.vmas.find(({ file, start, offset }) => file?.shm && start - offset === addr);
  if (!first?.file) return -EINVAL;
  const { file } = first;
  for (const vma of vmasIn(mm, addr, addr + pageAlign(file.inode.size))) {
    if (vma.file === file && vma.start - vma.offset === addr) munmapRange(k, mm, vma.start, vma.end);
  }
  return 0;
}

/** shmat(2). */
export const sys_shmat: SyscallRow = {
  name: 'shmat',
  nr: { i386: 397, x86_64: 30, arm: 305 },
  args: [
    ['shmid', 'int'],
    ['shmaddr', 'ptr'],
    ['shmflg', 'int'],
  ],
  ret: 'ptr',
  handler: (k, task, [id = 0, addr = 0, flags = 0]) => doShmat(k, task, id, addr, flags),
};

/** shmdt(2). */
export const sys_shmdt: SyscallRow = {
  name: 'shmdt',
  nr: { i386: 398, x86_64: 67, arm: 306 },
  args: [['shmaddr', 'ptr']],
  ret: 'int',
  handler: (k, task, [addr = 0]) => doShmdt(k, task, addr),
};

type ShmLayout = typeof shmid64Ds;

function putSegment(k: Kernel, task: Task, segment: ShmSegment, addr: number, layout: ShmLayout): void {
  const { key, uid, gid, cuid, cgid, mode, atime, dtime, ctime, sizeBytes } = segment;
  putStruct(k, task, layout, addr, {
    shm_perm: { key, uid, gid, cuid, cgid, mode },
    shm_segsz: sizeBytes,
    shm_atime: atime,
    shm_dtime: dtime,
    shm_ctime: ctime,
    ...shmPids(task, segment),
    shm_nattch: shmAttaches(segment),
  });
}

function setSegment(k: Kernel, task: Task, segment: ShmSegment, addr: number, layout: ShmLayout): number {
  const wanted = getStruct(k, task, layout, addr).shm_perm;
  if (!ipcMayControl(task, segment)) return -EPERM;
  ipcUpdatePerm(segment, wanted);
  return 0;
}

function lockSegment(task: Task, segment: ShmSegment, lock: boolean): number {
  if (!capable(task.cred, CAP_IPC_LOCK) && (!ipcMayControl(task, segment) || (lock && !canDoMlock(task))))
    return -EPERM;
  segment.mode = lock ? segment.mode | SHM_LOCKED : segment.mode & ~SHM_LOCKED;
  return 0;
}

/** About all segments: their highest index. */
function shmInformation(k: Kernel, task: Task, cmd: number, addr: number, isOld: boolean): number {
  const ids = nsproxyOf(task).ipc.shm;
  const all = [...ids.entries.values()];
  const pages = (bytes: number): number => Math.ceil(bytes / PAGE_SIZE);
  if (cmd === IPC.IPC_INFO) {
    const most = isOld ? 0x7fff_ffff : 2 ** (8 * archOf(callIsa(task)).wordBytes) - 2 ** 24;
    const limits = { shmmax: most, shmmin: 1, shmmni: SHMMNI, shmseg: SHMMNI, shmall: most };
    putStruct(k, task, isOld ? (shminfo as unknown as typeof shminfo64) : shminfo64, addr, limits);
  } else {
    const shm_tot = all.reduce((sum, { sizeBytes }) => sum + pages(sizeBytes), 0);
    const shm_rss = all.reduce((sum, { file }) => sum + (file.inode.pages?.size ?? 0), 0);
    putStruct(k, task, shmInfo, addr, { used_ids: all.length, shm_tot, shm_rss });
  }
  return ipcHighest(ids);
}

/** `command` without IPC_64; `isOld`: it was not there. Linux: ksys_shmctl(). */
export function doShmctl(k: Kernel, task: Task, id: number, command: number, addr: number, isOld: boolean): number {
  const layout = isOld ? (shmidDs as unknown as ShmLayout) : shmid64Ds;
  if (command < 0 || id < 0) return -EINVAL;
  switch (command) {
    case IPC.IPC_INFO:
    case SHM.SHM_INFO:
      return shmInformation(k, task, command, addr, isOld);
    case IPC.IPC_STAT:
    case SHM.SHM_STAT:
    case SHM.SHM_STAT_ANY: {
      const segment =
        command === IPC.IPC_STAT ? ipcById(nsproxyOf(task).ipc.shm, id) : ipcByIndex(nsproxyOf(task).ipc.shm, id);
      if (command !== SHM.SHM_STAT_ANY && !ipcAllows(task, segment, 4)) return -EACCES;
      putSegment(k, task, segment, addr, layout);
      return command === IPC.IPC_STAT ? 0 : segment.id;
    }
    case IPC.IPC_SET:
      return setSegment(k, task, ipcById(nsproxyOf(task).ipc.shm, id), addr, layout);
    case IPC.IPC_RMID: {
      const segment = ipcById(nsproxyOf(task).ipc.shm, id);
      if (!ipcMayControl(task, segment)) return -EPERM;
      shmRemove(k, segment);
      return 0;
    }
    case SHM.SHM_LOCK:
    case SHM.SHM_UNLOCK:
      return lockSegment(task, ipcById(nsproxyOf(task).ipc.shm, id), command === SHM.SHM_LOCK);
    default:
      return -EINVAL;
  }
}

/** shmctl(2). */
export const sys_shmctl: SyscallRow = {
  name: 'shmctl',
  nr: { i386: 396, x86_64: 31, arm: 308 },
  args: [
    ['shmid', 'int'],
    ['cmd', 'int'],
    ['buf', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [id = 0, cmd = 0, buf = 0]) {
    const { command, isOld } = directVersion(task, cmd);
    return doShmctl(k, task, id, command, buf, isOld);
  },
};

export const SHM_ROWS: readonly SyscallRow[] = [sys_shmget, sys_shmat, sys_shmdt, sys_shmctl];
