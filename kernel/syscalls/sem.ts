import { E2BIG, EACCES, EFBIG, EINVAL, EPERM, ERANGE } from '../abi/errno.ts';
import * as IPC from '../abi/ipc.ts';
import * as SEM from '../abi/sem.ts';
import { sembuf, semid64Ds, seminfo } from '../abi/structs/ipc.ts';
import { semidDs } from '../abi/structs/ipc-old.ts';
import { kernelTimespec, timespec } from '../abi/structs.ts';
import { callIsa, getBytes, putBytes } from '../fs/uargs.ts';
import { ipcAllows, ipcById, ipcByIndex, ipcHighest, ipcMayControl, ipcUpdatePerm } from '../ipc/ids.ts';
import {
  type SemArray,
  type Sembuf,
  semCount,
  semDestroy,
  semGet,
  semOp,
  semSet,
  semTouch,
  semUpdate,
  semWait,
} from '../ipc/sem.ts';
import { directVersion } from '../ipc/version.ts';
import { nsproxyOf } from '../nsproxy.ts';
import { pidVnr } from '../pid.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';
import { getTimespec, type TimespecLayout } from './timespec.ts';
import { getStruct, putStruct } from './user.ts';

/** System V semaphores. Linux: ipc/sem.c. */

export function doSemget(k: Kernel, task: Task, key: number, nsems: number, flags: number): number {
  return semGet(k, task, nsproxyOf(task).ipc.sem, key, nsems, flags);
}

/** semget(2). */
export const sys_semget: SyscallRow = {
  name: 'semget',
  nr: { i386: 393, x86_64: 64, arm: 299 },
  args: [
    ['key', 'int'],
    ['nsems', 'int'],
    ['semflg', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [key = 0, nsems = 0, flags = 0]) => doSemget(k, task, key, nsems, flags),
};

function readOps(k: Kernel, task: Task, addr: number, count: number): Sembuf[] {
  const isa = callIsa(task);
  const size = sembuf.size(isa);
  const bytes = getBytes(k, task, addr, count * size);
  return Array.from({ length: count }, (_, i) => {
    const { sem_num: num, sem_op: op, sem_flg: flags } = sembuf.decode(isa, bytes, i * size);
    return { num, op, flags };
  });
}

/** `timeout` is an address, 0 for none, and a time from now. Linux: do_semtimedop(). */
export function doSemtimedop(
  k: Kernel,
  task: Task,
  id: number,
  addr: number,
  count: number,
  timeout: number,
  layout: TimespecLayout,
): number {
  const ids = nsproxyOf(task).ipc.sem;
  if (task.inSyscall?.resume?.kind === 'semop') return semWait(k, task, ids.entries.get(id) ?? null);
  const lastsNs = timeout === 0 ? Infinity : getTimespec(k, task, layout, timeout);
  if (count < 1 || id < 0) return -EINVAL;
  if (count > SEM.SEMOPM) return -E2BIG;
  const ops = readOps(k, task, addr, count);
  const array = ipcById(ids, id);
  if (ops.some(({ num }) => num >= array.sems.length)) return -EFBIG;
  if (!ipcAllows(task, array, ops.some(({ op }) => op !== 0) ? 2 : 4)) return -EACCES;
  return semOp(k, task, array, ops, nowNs(k) + lastsNs);
}

const SEMOP_ARGS = [
  ['semid', 'int'],
  ['sops', 'ptr'],
  ['nsops', 'uint'],
] as const;

/** semop(2). */
export const sys_semop: SyscallRow = {
  name: 'semop',
  nr: { x86_64: 65, arm: 298 },
  args: SEMOP_ARGS,
  ret: 'int',
  handler: (k, task, [id = 0, sops = 0, nsops = 0]) => doSemtimedop(k, task, id, sops, nsops, 0, timespec),
};

/** semtimedop(2). */
export const sys_semtimedop: SyscallRow = {
  name: 'semtimedop',
  nr: { x86_64: 220, arm: 312 },
  args: [...SEMOP_ARGS, ['timeout', 'timespec']],
  ret: 'int',
  handler: (k, task, [id = 0, sops = 0, nsops = 0, timeout = 0]) =>
    doSemtimedop(k, task, id, sops, nsops, timeout, timespec),
};

/** semtimedop(2) with a 64-bit time on 32-bit ISAs. */
export const sys_semtimedop_time64: SyscallRow = {
  name: 'semtimedop_time64',
  nr: { i386: 420, arm: 420 },
  args: [...SEMOP_ARGS, ['timeout', 'timespec64']],
  ret: 'int',
  handler: (k, task, [id = 0, sops = 0, nsops = 0, timeout = 0]) =>
    doSemtimedop(k, task, id, sops, nsops, timeout, kernelTimespec),
};

function information(k: Kernel, task: Task, command: number, addr: number): number {
  const ids = nsproxyOf(task).ipc.sem;
  const inUse = command === SEM.SEM_INFO;
  const total = [...ids.entries.values()].reduce((sum, { sems }) => sum + sems.length, 0);
  putStruct(k, task, seminfo, addr, {
    semmap: SEM.SEMMNS,
    semmni: SEM.SEMMNI,
    semmns: SEM.SEMMNS,
    semmnu: SEM.SEMMNS,
    semmsl: SEM.SEMMSL,
    semopm: SEM.SEMOPM,
    semume: SEM.SEMOPM,
    semusz: inUse ? ids.entries.size : SEM.SEMUSZ,
    semvmx: SEM.SEMVMX,
    semaem: inUse ? total : SEM.SEMAEM,
  });
  return ipcHighest(ids);
}

type SemLayout = typeof semid64Ds;

function putArray(k: Kernel, task: Task, array: SemArray, addr: number, layout: SemLayout): void {
  const { key, uid, gid, cuid, cgid, mode, otime, ctime, sems } = array;
  putStruct(k, task, layout, addr, {
    sem_perm: { key, uid, gid, cuid, cgid, mode },
    sem_otime: otime,
    sem_ctime: ctime,
    sem_nsems: sems.length,
  });
}

/** GETALL and SETALL: an array of unsigned short. */
function allValues(k: Kernel, task: Task, array: SemArray, command: number, addr: number): number {
  if (command === SEM.GETALL) {
    const bytes = new Uint8Array(2 * array.sems.length);
    for (const [i, { value }] of array.sems.entries()) bytes.set([value & 0xff, value >> 8], 2 * i);
    putBytes(k, task, addr, bytes);
    return 0;
  }
  const bytes = getBytes(k, task, addr, 2 * array.sems.length);
  const values = array.sems.map((_, i) => (bytes[2 * i] ?? 0) + 256 * (bytes[2 * i + 1] ?? 0));
  if (values.some((value) => value > SEM.SEMVMX)) return -ERANGE;
  semSet(k, task, array, 0, values);
  return 0;
}

/** The commands about one semaphore. Linux: semctl_main(). */
function aboutOne(task: Task, array: SemArray, num: number, command: number): number {
  const sem = array.sems[num];
  if (!sem) return -EINVAL;
  if (command === SEM.GETVAL) return sem.value;
  if (command === SEM.GETPID) return pidVnr(task, sem.pid);
  return semCount(array, num, command === SEM.GETZCNT);
}

function setValue(k: Kernel, task: Task, array: SemArray, num: number, value: number): number {
  if (num < 0 || num >= array.sems.length) return -EINVAL;
  if (!ipcAllows(task, array, 2)) return -EACCES;
  semSet(k, task, array, num, [value]);
  return 0;
}

/** `command` without IPC_64; `isOld`: it was not there. `arg` is the union semun, a number or an address. Linux: ksys_semctl(). */
export function doSemctl(
  k: Kernel,
  task: Task,
  id: number,
  num: number,
  command: number,
  arg: number,
  isOld: boolean,
): number {
  const layout = isOld ? (semidDs as unknown as SemLayout) : semid64Ds;
  if (id < 0) return -EINVAL;
  const ids = nsproxyOf(task).ipc.sem;
  switch (command) {
    case IPC.IPC_INFO:
    case SEM.SEM_INFO:
      return information(k, task, command, arg);
    case IPC.IPC_STAT:
    case SEM.SEM_STAT:
    case SEM.SEM_STAT_ANY: {
      const array = command === IPC.IPC_STAT ? ipcById(ids, id) : ipcByIndex(ids, id);
      if (command !== SEM.SEM_STAT_ANY && !ipcAllows(task, array, 4)) return -EACCES;
      putArray(k, task, array, arg, layout);
      return command === IPC.IPC_STAT ? 0 : array.id;
    }
    case SEM.GETALL:
    case SEM.SETALL: {
      const array = ipcById(ids, id);
      if (!ipcAllows(task, array, command === SEM.SETALL ? 2 : 4)) return -EACCES;
      return allValues(k, task, array, command, arg);
    }
    case SEM.GETVAL:
    case SEM.GETPID:
    case SEM.GETNCNT:
    case SEM.GETZCNT: {
      const array = ipcById(ids, id);
      return ipcAllows(task, array, 4) ? aboutOne(task, array, num, command) : -EACCES;
    }
    case SEM.SETVAL: {
      const value = arg | 0;
      if (value < 0 || value > SEM.SEMVMX) return -ERANGE;
      return setValue(k, task, ipcById(ids, id), num, value);
    }
    case IPC.IPC_SET:
    case IPC.IPC_RMID:
      return control(k, task, id, command, arg, layout);
    default:
      return -EINVAL;
  }
}

/** Linux: semctl_down(). */
function control(k: Kernel, task: Task, id: number, command: number, addr: number, layout: SemLayout): number {
  const { ipc } = nsproxyOf(task);
  const wanted = command === IPC.IPC_SET ? getStruct(k, task, layout, addr).sem_perm : null;
  const array = ipcById(ipc.sem, id);
  if (!ipcMayControl(task, array)) return -EPERM;
  if (!wanted) {
    semDestroy(k, ipc, array);
    return 0;
  }
  ipcUpdatePerm(array, wanted);
  semTouch(k, array);
  semUpdate(k, array);
  return 0;
}

/** semctl(2). */
export const sys_semctl: SyscallRow = {
  name: 'semctl',
  nr: { i386: 394, x86_64: 66, arm: 300 },
  args: [
    ['semid', 'int'],
    ['semnum', 'int'],
    ['cmd', 'int'],
    ['arg', 'hex'],
  ],
  ret: 'int',
  handler(k, task, [id = 0, num = 0, cmd = 0, arg = 0]) {
    const { command, isOld } = directVersion(task, cmd);
    return doSemctl(k, task, id, num, command, arg, isOld);
  },
};

export const SEM_ROWS: readonly SyscallRow[] = [
  sys_semget,
  sys_semop,
  sys_semtimedop,
  sys_semtimedop_time64,
  sys_semctl,
];
