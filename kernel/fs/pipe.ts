import { CAP_SYS_RESOURCE } from '../abi/capability.ts';
import { EAGAIN, EBUSY, EFAULT, EINVAL, EPERM, EPIPE, ERESTARTSYS } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/fcntl.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/poll.ts';
import { SIGPIPE } from '../abi/signal.ts';
import { S_IFIFO } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import { signalPending, sleepOn, wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { newFile } from './file.ts';
import { DEV_PIPEFS, newInode, touchAccessed, touchModified } from './inode.ts';
import type { IovIter } from './iov-iter.ts';
import { mayRead, mayWrite, O_DIRECT } from './open-flags.ts';
import { raise } from './raise.ts';
import type { File, Inode, Pipe, PipeSlot } from './types.ts';

/** Linux: fs/pipe.c. */

const SLOT_BYTES = 4096;
const DEFAULT_SLOTS = 16;
/** /proc/sys/fs/pipe-max-size: beyond it only root may go. */
const PIPE_MAX_BYTES = 1024 * 1024;

export function newPipe(id: number): Pipe {
  return { id, slots: [], maxSlots: DEFAULT_SLOTS, readers: 0, writers: 0, readerOpens: 0, writerOpens: 0 };
}

/** The pipe of a file that is one. */
export function pipeOf(file: File): Pipe {
  if (!file.inode.pipe) throw new Error(`${file.path} is no pipe`);
  return file.inode.pipe;
}

export function readChannel(pipe: Pipe): string {
  return `pipe:${pipe.id}:read`;
}

export function writeChannel(pipe: Pipe): string {
  return `pipe:${pipe.id}:write`;
}

/** Wait queues of an open end. */
export function pipeChannels(file: File): string[] {
  const pipe = pipeOf(file);
  const channels = mayRead(file) ? [readChannel(pipe)] : [];
  if (mayWrite(file)) channels.push(writeChannel(pipe));
  return channels;
}

/** pipe2(2): both ends, each with one reference. `flags`: O_NONBLOCK, O_DIRECT. Linux: create_pipe_files(). */
export function createPipe(k: Kernel, task: Task, flags: number): { readEnd: File; writeEnd: File } {
  const inode = newInode(k, 'pipe', S_IFIFO | 0o600, task.cred);
  inode.dev = DEV_PIPEFS;
  const pipe = newPipe(k.state.nextPipeId++);
  pipe.readers = pipe.writers = pipe.readerOpens = pipe.writerOpens = 1;
  inode.pipe = pipe;
  const path = `pipe:[${inode.ino}]`;
  const readEnd = newFile(k, inode, flags & O_NONBLOCK, path);
  const writeEnd = newFile(k, inode, (flags & (O_NONBLOCK | O_DIRECT)) | 1, path);
  return { readEnd, writeEnd };
}

/** Bytes read, 0 at the end, -EAGAIN, -ERESTARTSYS or SLEEP. Linux: pipe_read(). */
export function pipeRead(k: Kernel, task: Task, file: File, to: IovIter): number {
  const pipe = pipeOf(file);
  if (to.count === 0) return 0;
  const wasFull = isFull(pipe);
  let done = 0;
  for (let slot = pipe.slots[0]; slot && to.count > 0; slot = pipe.slots[0]) {
    const wanted = Math.min(slot.lenBytes, to.count);
    const copied = to.copyTo(slot.page.subarray(slot.start, slot.start + wanted));
    done += copied;
    slot.start += copied;
    slot.lenBytes -= copied;
    const isPacketEnd = slot.packet && copied === wanted;
    if (slot.lenBytes === 0 || isPacketEnd) pipe.slots.shift();
    if (copied < wanted) {
      if (done === 0) return -EFAULT;
      break;
    }
    if (isPacketEnd) break;
  }
  if (done > 0) {
    if (wasFull && !isFull(pipe)) wakeUp(k, writeChannel(pipe), POLLOUT | POLLWRNORM);
    touchAccessed(k, file.inode);
    return done;
  }
  if (pipe.writers === 0) return 0;
  if (file.flags & O_NONBLOCK) return -EAGAIN;
  if (signalPending(task)) return -ERESTARTSYS;
  return sleepOn(k, task, [readChannel(pipe)]);
}

/** Bytes written, -EPIPE with SIGPIPE, -EAGAIN, -ERESTARTSYS or SLEEP. Linux: pipe_write(). */
export function pipeWrite(k: Kernel, task: Task, file: File, from: IovIter): number {
  const pipe = pipeOf(file);
  let done = Number(task.inSyscall?.resume?.kind === 'pipe-write' ? task.inSyscall.resume.done : 0);
  if (from.count === 0) return 0;
  from.advance(done);
  if (pipe.readers === 0) return brokenPipe(k, task, done);
  const before = done;
  if (done === 0) {
    const merged = mergeIntoLastSlot(pipe, from);
    if (merged < 0) return merged;
    done += merged;
  }
  while (from.count > 0 && !isFull(pipe)) {
    const wanted = Math.min(from.count, SLOT_BYTES);
    const bytes = from.copyFrom(wanted);
    // A page comes whole or not at all.
    if (bytes.length < wanted) return finish(k, file, pipe, done, before, -EFAULT);
    pipe.slots.push(slotOf(bytes, (file.flags & O_DIRECT) !== 0));
    done += bytes.length;
  }
  if (from.count === 0) return finish(k, file, pipe, done, before, 0);
  if (file.flags & O_NONBLOCK) return finish(k, file, pipe, done, before, -EAGAIN);
  if (signalPending(task)) return finish(k, file, pipe, done, before, -ERESTARTSYS);
  finish(k, file, pipe, done, before, 0);
  if (task.inSyscall) task.inSyscall.resume = { kind: 'pipe-write', done };
  return sleepOn(k, task, [writeChannel(pipe)]);
}

/** The odd part of a write joins the last page when all of it fits: how many bytes did, or -EFAULT. */
function mergeIntoLastSlot(pipe: Pipe, from: IovIter): number {
  const odd = from.count % SLOT_BYTES;
  const last = pipe.slots[pipe.slots.length - 1];
  if (odd === 0 || !last || last.packet || last.start + last.lenBytes + odd > SLOT_BYTES) return 0;
  const bytes = from.copyFrom(odd);
  if (bytes.length < odd) return -EFAULT;
  if (last.page.length < SLOT_BYTES) last.page = wholePage(last.page);
  last.page.set(bytes, last.start + last.lenBytes);
  last.lenBytes += bytes.length;
  return bytes.length;
}

/** The page is only as long as what is in it, until more joins: most messages are short and read at once. */
function slotOf(bytes: Uint8Array, packet: boolean): PipeSlot {
  return { page: bytes.slice(), start: 0, lenBytes: bytes.length, packet };
}

function wholePage(bytes: Uint8Array): Uint8Array {
  const page = new Uint8Array(SLOT_BYTES);
  page.set(bytes);
  return page;
}

/** Tell the readers of what has come; the result of the call is `done`, or `error` when nothing was moved. */
function finish(k: Kernel, file: File, pipe: Pipe, done: number, before: number, error: number): number {
  if (done > before) {
    wakeUp(k, readChannel(pipe), POLLIN | POLLRDNORM);
    touchModified(k, file.inode);
  }
  return done > 0 ? done : error;
}

function brokenPipe(k: Kernel, task: Task, done: number): number {
  raise(k, task, SIGPIPE);
  return done > 0 ? done : -EPIPE;
}

function isFull(pipe: Pipe): boolean {
  return pipe.slots.length >= pipe.maxSlots;
}

/** FIONREAD. */
export function pipeBytes(pipe: Pipe): number {
  return pipe.slots.reduce((sum, slot) => sum + slot.lenBytes, 0);
}

/** Linux: pipe_poll(). A FIFO's `pos` holds how many writers had come when it was opened without one. */
export function pipePoll(file: File): number {
  const pipe = pipeOf(file);
  let mask = 0;
  if (mayRead(file)) {
    if (pipe.slots.length > 0) mask |= POLLIN | POLLRDNORM;
    if (pipe.writers === 0 && file.pos !== pipe.writerOpens) mask |= POLLHUP;
  }
  if (mayWrite(file)) {
    if (!isFull(pipe)) mask |= POLLOUT | POLLWRNORM;
    if (pipe.readers === 0) mask |= POLLERR;
  }
  return mask;
}

/** A file of this pipe is closed for good. Linux: pipe_release(). */
export function releasePipe(k: Kernel, file: File, pipe: Pipe): void {
  leavePipe(k, file.inode, pipe, mayRead(file), mayWrite(file));
}

/** A reader, a writer or both go: the last of a side wakes the other, the last of all drops the bytes. */
export function leavePipe(k: Kernel, inode: Inode, pipe: Pipe, asReader: boolean, asWriter: boolean): void {
  if (asReader) pipe.readers--;
  if (asWriter) pipe.writers--;
  if (pipe.readers === 0 || pipe.writers === 0) {
    wakeUp(k, readChannel(pipe));
    wakeUp(k, writeChannel(pipe));
  }
  if (pipe.readers === 0 && pipe.writers === 0) inode.pipe = null;
}

/** F_GETPIPE_SZ. */
export function pipeSize(pipe: Pipe): number {
  return pipe.maxSlots * SLOT_BYTES;
}

/** F_SETPIPE_SZ: the new size in bytes, -EPERM, -EBUSY or -EINVAL. Linux: pipe_set_size(). */
export function setPipeSize(k: Kernel, task: Task, pipe: Pipe, wantedBytes: number): number {
  if (wantedBytes > 2 ** 31) return -EINVAL;
  let nrSlots = 1;
  while (nrSlots * SLOT_BYTES < wantedBytes) nrSlots *= 2;
  const bytes = nrSlots * SLOT_BYTES;
  if (nrSlots > pipe.maxSlots && bytes > PIPE_MAX_BYTES && !capable(task.cred, CAP_SYS_RESOURCE)) return -EPERM;
  if (nrSlots < pipe.slots.length) return -EBUSY;
  pipe.maxSlots = nrSlots;
  wakeUp(k, writeChannel(pipe));
  return bytes;
}
