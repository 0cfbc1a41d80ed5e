import { E2BIG, EACCES, EAGAIN, EIDRM, EINVAL, ENOMSG, ENOSPC, ERESTARTNOHAND } from '../abi/errno.ts';
import { IPC_NOWAIT } from '../abi/ipc.ts';
import { MSG_COPY, MSG_EXCEPT, MSG_NOERROR, MSGMNB, MSGMNI } from '../abi/msg.ts';
import { currentTime } from '../fs/inode.ts';
import { signalPending, sleepOn, wakeUp, wakeUpTask } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type IpcIds, type IpcPerm, ipcAllows, ipcGet, newIpcPerm } from './ids.ts';

/** System V message queues. Linux: ipc/msg.c. */

/** struct msg_msg. The bytes are never changed. */
export interface Message {
  type: number;
  bytes: number[];
}

/** How a receiver chooses. Linux: convert_mode(). */
type Search = 'any' | 'equal' | 'not-equal' | 'less-equal' | 'number';

/** struct msg_receiver: a task asleep until a message comes that it wants. */
interface MsgReceiver {
  pid: number;
  search: Search;
  type: number;
  maxBytes: number;
}

/** struct msg_queue. Times are seconds since the epoch, 0 for never. */
export interface MsgQueue extends IpcPerm {
  stime: number;
  rtime: number;
  ctime: number;
  messages: Message[];
  /** Sum of the messages' lengths, and the most that it may be. */
  cbytes: number;
  qbytes: number;
  lspid: number;
  lrpid: number;
  receivers: MsgReceiver[];
}

function seconds(k: Kernel): number {
  return currentTime(k)[0];
}

/** Senders that wait for room. */
function roomChannel(queue: MsgQueue): string {
  return `msg:${queue.id}:room`;
}

/** msgget(2): a number or -errno. */
export function msgGet(k: Kernel, task: Task, ids: IpcIds<MsgQueue>, key: number, flags: number): number {
  return ipcGet(ids, task, {
    key,
    flags,
    check: () => 0,
    create: () => {
      if (ids.entries.size >= MSGMNI) return -ENOSPC;
      const perm = newIpcPerm(ids, task, key, flags);
      const times = { stime: 0, rtime: 0, ctime: seconds(k) };
      const empty = { messages: [], cbytes: 0, qbytes: MSGMNB, lspid: 0, lrpid: 0, receivers: [] };
      ids.entries.set(perm.id, { ...perm, ...times, ...empty });
      return perm.id;
    },
  });
}

/** msgsnd(2): 0, -errno, or SLEEP. A woken sender tries anew. Linux: do_msgsnd(). */
export function msgSend(k: Kernel, task: Task, queue: MsgQueue, message: Message, flags: number): number {
  if (!ipcAllows(task, queue, 2)) return -EACCES;
  if (message.bytes.length + queue.cbytes > queue.qbytes || queue.messages.length + 1 > queue.qbytes) {
    if (flags & IPC_NOWAIT) return -EAGAIN;
    if (signalPending(task)) return -ERESTARTNOHAND;
    if (task.inSyscall) task.inSyscall.resume = { kind: 'msgsnd' };
    return sleepOn(k, task, [roomChannel(queue)]);
  }
  queue.lspid = task.tgid;
  queue.stime = seconds(k);
  if (pipelinedSend(k, queue, message)) return 0;
  queue.messages.push(message);
  queue.cbytes += message.bytes.length;
  return 0;
}

/** Hand the message to the first sleeper that wants it; one that has too little room is woken with E2BIG. */
function pipelinedSend(k: Kernel, queue: MsgQueue, message: Message): boolean {
  for (const receiver of [...queue.receivers]) {
    if (!wants(receiver.search, receiver.type, message)) continue;
    queue.receivers.splice(queue.receivers.indexOf(receiver), 1);
    const task = k.state.tasks.get(receiver.pid);
    const resume = task?.inSyscall?.resume;
    if (!task || resume?.kind !== 'msgrcv') continue;
    wakeUpTask(k, task);
    if (message.bytes.length > receiver.maxBytes) {
      resume.result = -E2BIG;
      continue;
    }
    queue.lrpid = task.tgid;
    queue.rtime = seconds(k);
    Object.assign(resume, { result: 0, type: message.type, bytes: message.bytes });
    return true;
  }
  return false;
}

/** Linux: testmsg(). */
function wants(search: Search, type: number, message: Message): boolean {
  if (search === 'equal') return message.type === type;
  if (search === 'not-equal') return message.type !== type;
  if (search === 'less-equal') return message.type <= type;
  return true;
}

function searchOf(type: number, flags: number): { search: Search; type: number } {
  if (flags & MSG_COPY) return { search: 'number', type };
  if (type === 0) return { search: 'any', type };
  if (type < 0) return { search: 'less-equal', type: -type };
  return { search: flags & MSG_EXCEPT ? 'not-equal' : 'equal', type };
}

/** Linux: find_msg(): of the types that are low enough the lowest. */
function findMessage(queue: MsgQueue, search: Search, type: number): Message | undefined {
  if (search === 'number') return queue.messages[type];
  const fitting = queue.messages.filter((message) => wants(search, type, message));
  if (search !== 'less-equal') return fitting[0];
  const lowest = Math.min(...fitting.map((message) => message.type));
  return fitting.find((message) => message.type === lowest);
}

/** msgrcv(2): a message, -errno, or SLEEP. Linux: do_msgrcv(). */
export function msgReceive(
  k: Kernel,
  task: Task,
  queue: MsgQueue,
  maxBytes: number,
  wanted: number,
  flags: number,
): Message | number {
  if (!ipcAllows(task, queue, 4)) return -EACCES;
  const { search, type } = searchOf(wanted, flags);
  const found = findMessage(queue, search, type);
  if (found) {
    if (maxBytes < found.bytes.length && !(flags & MSG_NOERROR)) return -E2BIG;
    if (!(flags & MSG_COPY)) takeOut(k, task, queue, found);
    return found;
  }
  if (flags & IPC_NOWAIT) return -ENOMSG;
  const most = flags & MSG_NOERROR ? Infinity : maxBytes;
  queue.receivers.push({ pid: task.pid, search, type, maxBytes: most });
  if (task.inSyscall) task.inSyscall.resume = { kind: 'msgrcv', result: null, type: 0, bytes: [] };
  return msgWait(k, task, queue);
}

function takeOut(k: Kernel, task: Task, queue: MsgQueue, message: Message): void {
  queue.messages.splice(queue.messages.indexOf(message), 1);
  queue.cbytes -= message.bytes.length;
  queue.rtime = seconds(k);
  queue.lrpid = task.tgid;
  wakeUp(k, roomChannel(queue));
}

/** A receiver that has slept: its message, an error, or on with the sleep. `queue` is null when it has been removed meanwhile. */
export function msgWait(k: Kernel, task: Task, queue: MsgQueue | null): Message | number {
  const resume = task.inSyscall?.resume;
  if (resume?.kind !== 'msgrcv') return -EINVAL;
  if (resume.result === 0) return { type: Number(resume.type), bytes: resume.bytes as number[] };
  if (resume.result !== null) return Number(resume.result);
  if (!signalPending(task)) return sleepOn(k, task, [`msg:${task.pid}`]);
  if (queue) queue.receivers = queue.receivers.filter(({ pid }) => pid !== task.pid);
  return -ERESTARTNOHAND;
}

/** IPC_SET: another size and owner, so senders and receivers begin anew. */
export function msgChanged(k: Kernel, queue: MsgQueue, qbytes: number): void {
  queue.qbytes = qbytes;
  queue.ctime = seconds(k);
  wakeReceivers(k, queue, null);
  wakeUp(k, roomChannel(queue));
}

/** Linux: expunge_all(). */
function wakeReceivers(k: Kernel, queue: MsgQueue, result: number | null): void {
  for (const { pid } of queue.receivers.splice(0)) {
    const task = k.state.tasks.get(pid);
    const { inSyscall } = task ?? {};
    if (!task || inSyscall?.resume?.kind !== 'msgrcv') continue;
    if (result === null) inSyscall.resume = null;
    else inSyscall.resume.result = result;
    wakeUpTask(k, task);
  }
}

/** IPC_RMID: all sleepers get EIDRM. Linux: freeque(). */
export function msgDestroy(k: Kernel, ids: IpcIds<MsgQueue>, queue: MsgQueue): void {
  ids.entries.delete(queue.id);
  wakeReceivers(k, queue, -EIDRM);
  wakeUp(k, roomChannel(queue));
}
