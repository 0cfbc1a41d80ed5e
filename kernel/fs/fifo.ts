import { EINVAL, ENXIO, ERESTARTSYS } from '../abi/errno.ts';
import { O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from '../abi/fcntl.ts';
import { signalPending, sleepOn, wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { fput, newFile } from './file.ts';
import { newPipe, pipeOf, readChannel, writeChannel } from './pipe.ts';
import type { File, Inode, Pipe } from './types.ts';

/**
 * Open a FIFO: each side waits until the other side has been opened. Returns the file, -ENXIO (a writer with O_NONBLOCK
 * and no reader) or -EINVAL. Where the open has to wait, the file comes with `waits`: see waitForOtherSide. Linux:
 * fs/pipe.c fifo_open().
 */
export function openFifo(
  k: Kernel,
  inode: Inode,
  flags: number,
  path: string,
): { file: File; waits: boolean } | number {
  if ((flags & O_ACCMODE) === O_ACCMODE) return -EINVAL;
  inode.pipe ??= newPipe(k.state.nextPipeId++);
  const pipe = inode.pipe;
  const mode = flags & O_ACCMODE;
  // A pipe, opened again through /proc/PID/fd, never waits.
  const isFifo = inode.kind === 'fifo';
  const nonblock = (flags & O_NONBLOCK) !== 0;
  if (isFifo && mode === O_WRONLY && nonblock && pipe.readers === 0) {
    if (pipe.writers === 0) inode.pipe = null;
    return -ENXIO;
  }
  const file = newFile(k, inode, flags, path);
  if (mode !== O_WRONLY) pipe.readers++;
  if (mode !== O_RDONLY) pipe.writers++;
  if (mode !== O_WRONLY) pipe.readerOpens++;
  if (mode !== O_RDONLY) pipe.writerOpens++;
  wakeUp(k, openChannel(pipe));
  if (isFifo && mode === O_RDONLY && pipe.writers === 0 && nonblock) file.pos = pipe.writerOpens;
  const otherIsMissing = mode === O_RDONLY ? pipe.writers === 0 : pipe.readers === 0;
  const waits = isFifo && mode !== O_RDWR && !nonblock && otherIsMissing;
  wakeUp(k, mode === O_RDONLY ? writeChannel(pipe) : readChannel(pipe));
  return { file, waits };
}

function openChannel(pipe: Pipe): string {
  return `pipe:${pipe.id}:open`;
}

/** How often the other side has been opened: an open waits until the number moves. */
function otherSideOpens(file: File): number {
  const { pipe } = file.inode;
  if (!pipe) throw new Error(`${file.path} is no pipe`);
  return (file.flags & O_ACCMODE) === O_RDONLY ? pipe.writerOpens : pipe.readerOpens;
}

/** The open that the task has been waiting in, or undefined. */
export function waitingOpen(k: Kernel, task: Task): File | undefined {
  return k.state.root.waitingOpens?.get(task.pid);
}

/**
 * Wait for the other side: the file once it has come, SLEEP, or -ERESTARTSYS with the file closed again. Called first
 * with the file, then, as the call runs again, with what `waitingOpen` gives.
 */
export function waitForOtherSide(k: Kernel, task: Task, file: File): File | number {
  const { root } = k.state;
  root.waitingOpens ??= new Map();
  const resume = task.inSyscall?.resume;
  const before = resume?.kind === 'fifo-open' ? resume.opens : otherSideOpens(file);
  const hasCome = otherSideOpens(file) !== before;
  if (hasCome || signalPending(task)) {
    root.waitingOpens.delete(task.pid);
    if (hasCome) return file;
    fput(k, file);
    return -ERESTARTSYS;
  }
  root.waitingOpens.set(task.pid, file);
  if (task.inSyscall) task.inSyscall.resume = { kind: 'fifo-open', opens: before };
  return sleepOn(k, task, [openChannel(pipeOf(file))]);
}
