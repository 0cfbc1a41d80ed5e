import { EINVAL, ENOSYS } from '../abi/errno.ts';
import * as IPC from '../abi/ipc.ts';
import { timespec } from '../abi/structs.ts';
import { mmOf } from '../fs/uargs.ts';
import { parseVersion } from '../ipc/version.ts';
import { getUserU32, putUserU32 } from '../mm/uaccess.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { doMsgctl, doMsgget, doMsgrcv, doMsgsnd, MSG_ROWS } from './msg.ts';
import type { SyscallRow } from './row.ts';
import { doSemctl, doSemget, doSemtimedop, SEM_ROWS } from './sem.ts';
import { doShmat, doShmctl, doShmdt, doShmget, SHM_ROWS } from './shm.ts';

/** System V's calls, and i386's one call for all of them. Linux: ipc/syscall.c. */

/** The arguments behind the call's number. */
interface IpcCall {
  k: Kernel;
  task: Task;
  /** The call's number above its low half: how the arguments are laid out. */
  format: number;
  first: number;
  second: number;
  third: number;
  ptr: number;
  fifth: number;
}

function semctl({ k, task, first, second, third, ptr }: IpcCall): number {
  if (ptr === 0) return -EINVAL;
  const arg = getUserU32(k, mmOf(task), ptr);
  const { command, isOld } = parseVersion(third);
  return doSemctl(k, task, first, second | 0, command, arg, isOld);
}

/** Version 0 has the buffer and the type behind a pointer: struct ipc_kludge. */
function msgrcv({ k, task, format, first, second, third, ptr, fifth }: IpcCall): number {
  if (format !== 0) return doMsgrcv(k, task, first, ptr, second, fifth | 0, third | 0);
  if (ptr === 0) return -EINVAL;
  const mm = mmOf(task);
  const [addr, type] = [getUserU32(k, mm, ptr), getUserU32(k, mm, ptr + 4) | 0];
  return doMsgrcv(k, task, first, addr, second, type, third | 0);
}

function shmat({ k, task, format, first, second, third, ptr }: IpcCall): number {
  if (format === 1) return -EINVAL;
  const at = doShmat(k, task, first, ptr, second | 0);
  if (at < 0 && at >= -4095) return at;
  putUserU32(k, mmOf(task), third, at);
  return 0;
}

const CALLS: { readonly [call: number]: (call: IpcCall) => number } = {
  [IPC.SEMOP]: ({ k, task, first, second, ptr }) => doSemtimedop(k, task, first, ptr, second, 0, timespec),
  [IPC.SEMTIMEDOP]: ({ k, task, first, second, ptr, fifth }) =>
    doSemtimedop(k, task, first, ptr, second, fifth >>> 0, timespec),
  [IPC.SEMGET]: ({ k, task, first, second, third }) => doSemget(k, task, first, second | 0, third | 0),
  [IPC.SEMCTL]: semctl,
  [IPC.MSGSND]: ({ k, task, first, second, third, ptr }) => doMsgsnd(k, task, first, ptr, second, third | 0),
  [IPC.MSGRCV]: msgrcv,
  [IPC.MSGGET]: ({ k, task, first, second }) => doMsgget(k, task, first, second | 0),
  [IPC.MSGCTL]: ({ k, task, first, second, ptr }) => {
    const { command, isOld } = parseVersion(second);
    return doMsgctl(k, task, first, command, ptr, isOld);
  },
  [IPC.SHMGET]: ({ k, task, first, second, third }) => doShmget(k, task, first, second, third | 0),
  [IPC.SHMCTL]: ({ k, task, first, second, ptr }) => {
    const { command, isOld } = parseVersion(second);
    return doShmctl(k, task, first, command, ptr, isOld);
  },
  [IPC.SHMDT]: ({ k, task, ptr }) => doShmdt(k, task, ptr),
  [IPC.SHMAT]: shmat,
};

/** ipc(2) of i386. */
export const sys_ipc: SyscallRow = {
  name: 'ipc',
  nr: { i386: 117 },
  args: [
    ['call', 'uint'],
    ['first', 'int'],
    ['second', 'ulong'],
    ['third', 'ulong'],
    ['ptr', 'ptr'],
    ['fifth', 'long'],
  ],
  ret: 'hex',
  handler: (k, task, [call = 0, first = 0, second = 0, third = 0, ptr = 0, fifth = 0]) =>
    CALLS[call & 0xffff]?.({ k, task, format: call >>> 16, first, second, third, ptr, fifth }) ?? -ENOSYS,
};

export const IPC_ROWS: readonly SyscallRow[] = [...SHM_ROWS, ...SEM_ROWS, ...MSG_ROWS, sys_ipc];
