import { CAP_SYS_RESOURCE } from '../abi/capability.ts';
import { EACCES, EIDRM, EINVAL, EPERM } from '../abi/errno.ts';
import * as IPC from '../abi/ipc.ts';
import * as MSG from '../abi/msg.ts';
import { msginfo, msqid64Ds } from '../abi/structs/ipc.ts';
import { msqidDs } from '../abi/structs/ipc-old.ts';
import { archOf } from '../arch/index.ts';
import { readS64, readU32, writeU32, writeU64 } from '../bytes.ts';
import { capable } from '../commoncap.ts';
import { callIsa, getBytes, putBytes } from '../fs/uargs.ts';
import { ipcAllows, ipcById, ipcByIndex, ipcHighest, ipcMayControl, ipcUpdatePerm } from '../ipc/ids.ts';
import { type MsgQueue, msgChanged, msgDestroy, msgGet, msgReceive, msgSend, msgWait } from '../ipc/msg.ts';
import { directVersion } from '../ipc/version.ts';
import { nsproxyOf } from '../nsproxy.ts';
import { pidVnr } from '../pid.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';
import { getStruct, putStruct } from './user.ts';

/** System V message queues. Linux: ipc/msg.c. */

export function doMsgget(k: Kernel, task: Task, key: number, flags: number): number {
  return msgGet(k, task, nsproxyOf(task).ipc.msg, key, flags);
}

/** msgget(2). */
export const sys_msgget: SyscallRow = {
  name: 'msgget',
  nr: { i386: 399, x86_64: 68, arm: 303 },
  args: [
    ['key', 'int'],
    ['msgflg', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [key = 0, flags = 0]) => doMsgget(k, task, key, flags),
};

/** A long of user memory, signed. */
function getLong(k: Kernel, task: Task, addr: number): number {
  const { wordBytes } = archOf(callIsa(task));
  const bytes = getBytes(k, task, addr, wordBytes);
  return wordBytes === 4 ? readU32(bytes, 0) | 0 : readS64(bytes, 0);
}

/** struct msgbuf: a long, then the text. Linux: ksys_msgsnd(). */
export function doMsgsnd(k: Kernel, task: Task, id: number, addr: number, sizeBytes: number, flags: number): number {
  const type = getLong(k, task, addr);
  if (sizeBytes > MSG.MSGMAX || id < 0 || type < 1) return -EINVAL;
  const text = getBytes(k, task, addr + archOf(callIsa(task)).wordBytes, sizeBytes);
  const ids = nsproxyOf(task).ipc.msg;
  if (task.inSyscall?.resume?.kind === 'msgsnd' && !ids.entries.has(id)) return -EIDRM;
  const queue = ipcById(ids, id);
  return msgSend(k, task, queue, { type, bytes: [...text] }, flags);
}

/** msgsnd(2). */
export const sys_msgsnd: SyscallRow = {
  name: 'msgsnd',
  nr: { i386: 400, x86_64: 69, arm: 301 },
  args: [
    ['msqid', 'int'],
    ['msgp', 'ptr'],
    ['msgsz', 'size'],
    ['msgflg', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [id = 0, msgp = 0, msgsz = 0, flags = 0]) => doMsgsnd(k, task, id, msgp, msgsz, flags),
};

/** Linux: ksys_msgrcv(). A message whose place cannot be written is lost. */
export function doMsgrcv(
  k: Kernel,
  task: Task,
  id: number,
  addr: number,
  sizeBytes: number,
  type: number,
  flags: number,
): number {
  const ids = nsproxyOf(task).ipc.msg;
  const { wordBytes } = archOf(callIsa(task));
  if (id < 0 || sizeBytes >= 2 ** (8 * wordBytes - 1)) return -EINVAL;
  if (flags & MSG.MSG_COPY && (flags & MSG.MSG_EXCEPT || !(flags & IPC.IPC_NOWAIT))) return -EINVAL;
  const slept = task.inSyscall?.resume?.kind === 'msgrcv';
  const result = slept
    ? msgWait(k, task, ids.entries.get(id) ?? null)
    : msgReceive(k, task, ipcById(ids, id), sizeBytes, type, flags);
  if (typeof result === 'number') return result;
  const text = Uint8Array.from(result.bytes.slice(0, sizeBytes));
  const bytes = new Uint8Array(wordBytes + text.length);
  if (wordBytes === 4) writeU32(bytes, 0, result.type);
  else writeU64(bytes, 0, result.type);
  bytes.set(text, wordBytes);
  putBytes(k, task, addr, bytes);
  return text.length;
}

/** msgrcv(2). */
export const sys_msgrcv: SyscallRow = {
  name: 'msgrcv',
  nr: { i386: 401, x86_64: 70, arm: 302 },
  args: [
    ['msqid', 'int'],
    ['msgp', 'ptr'],
    ['msgsz', 'size'],
    ['msgtyp', 'long'],
    ['msgflg', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [id = 0, msgp = 0, msgsz = 0, type = 0, flags = 0]) =>
    doMsgrcv(k, task, id, msgp, msgsz, type, flags),
};

function information(k: Kernel, task: Task, command: number, addr: number): number {
  const ids = nsproxyOf(task).ipc.msg;
  const queues = [...ids.entries.values()];
  const inUse = command === MSG.MSG_INFO;
  const count = queues.reduce((sum, { messages }) => sum + messages.length, 0);
  const bytes = queues.reduce((sum, { cbytes }) => sum + cbytes, 0);
  putStruct(k, task, msginfo, addr, {
    msgpool: inUse ? queues.length : MSG.MSGPOOL,
    msgmap: inUse ? count : MSG.MSGMAP,
    msgmax: MSG.MSGMAX,
    msgmnb: MSG.MSGMNB,
    msgmni: MSG.MSGMNI,
    msgssz: MSG.MSGSSZ,
    msgtql: inUse ? bytes : MSG.MSGTQL,
    msgseg: 0xffff,
  });
  return ipcHighest(ids);
}

function putQueue(k: Kernel, task: Task, queue: MsgQueue, addr: number, isOld: boolean): void {
  const { key, uid, gid, cuid, cgid, mode, stime, rtime, ctime, cbytes, messages, qbytes } = queue;
  const common = {
    msg_perm: { key, uid, gid, cuid, cgid, mode },
    msg_stime: stime,
    msg_rtime: rtime,
    msg_ctime: ctime,
    msg_cbytes: cbytes,
    msg_qnum: messages.length,
    msg_qbytes: qbytes,
    msg_lspid: pidVnr(task, queue.lspid),
    msg_lrpid: pidVnr(task, queue.lrpid),
  };
  if (!isOld) {
    putStruct(k, task, msqid64Ds, addr, common);
    return;
  }
  const short = (value: number): number => Math.min(value, 0xffff);
  const counts = { msg_cbytes: short(cbytes), msg_qnum: short(messages.length), msg_qbytes: short(qbytes) };
  putStruct(k, task, msqidDs, addr, { ...common, ...counts, msg_lcbytes: cbytes, msg_lqbytes: qbytes });
}

/** What IPC_SET wants; of the old structure's two sizes the short one counts unless it is 0. Linux: copy_msqid_from_user(). */
function getQueue(k: Kernel, task: Task, addr: number, isOld: boolean) {
  if (!isOld) return getStruct(k, task, msqid64Ds, addr);
  const { msg_perm, msg_qbytes, msg_lqbytes } = getStruct(k, task, msqidDs, addr);
  return { msg_perm, msg_qbytes: msg_qbytes || msg_lqbytes };
}

/** Linux: msgctl_down(). */
function control(k: Kernel, task: Task, id: number, command: number, addr: number, isOld: boolean): number {
  const ids = nsproxyOf(task).ipc.msg;
  const wanted = command === IPC.IPC_SET ? getQueue(k, task, addr, isOld) : null;
  const queue = ipcById(ids, id);
  if (!ipcMayControl(task, queue)) return -EPERM;
  if (!wanted) {
    msgDestroy(k, ids, queue);
    return 0;
  }
  if (wanted.msg_qbytes > MSG.MSGMNB && !capable(task.cred, CAP_SYS_RESOURCE)) return -EPERM;
  ipcUpdatePerm(queue, wanted.msg_perm);
  msgChanged(k, queue, wanted.msg_qbytes);
  return 0;
}

/** `command` without IPC_64; `isOld`: it was not there. Linux: ksys_msgctl(). */
export function doMsgctl(k: Kernel, task: Task, id: number, command: number, addr: number, isOld: boolean): number {
  if (id < 0 || command < 0) return -EINVAL;
  switch (command) {
    case IPC.IPC_INFO:
    case MSG.MSG_INFO:
      return information(k, task, command, addr);
    case IPC.IPC_STAT:
    case MSG.MSG_STAT:
    case MSG.MSG_STAT_ANY: {
      const queue =
        command === IPC.IPC_STAT ? ipcById(nsproxyOf(task).ipc.msg, id) : ipcByIndex(nsproxyOf(task).ipc.msg, id);
      if (command !== MSG.MSG_STAT_ANY && !ipcAllows(task, queue, 4)) return -EACCES;
      putQueue(k, task, queue, addr, isOld);
      return command === IPC.IPC_STAT ? 0 : queue.id;
    }
    case IPC.IPC_SET:
    case IPC.IPC_RMID:
      return control(k, task, id, command, addr, isOld);
    default:
      return -EINVAL;
  }
}

/** msgctl(2). */
export const sys_msgctl: SyscallRow = {
  name: 'msgctl',
  nr: { i386: 402, x86_64: 71, arm: 304 },
  args: [
    ['msqid', 'int'],
    ['cmd', 'int'],
    ['buf', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [id = 0, cmd = 0, buf = 0]) {
    const { command, isOld } = directVersion(task, cmd);
    return doMsgctl(k, task, id, command, buf, isOld);
  },
};

export const MSG_ROWS: readonly SyscallRow[] = [sys_msgget, sys_msgsnd, sys_msgrcv, sys_msgctl];
