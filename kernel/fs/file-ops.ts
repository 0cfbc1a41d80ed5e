import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/poll.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { anonOps } from './anon-inode.ts';
import { CONSOLE_CHANNEL, consolePoll, consoleRead, consoleWrite } from './console.ts';
import { devicePoll, deviceRead, deviceWrite } from './device.ts';
import { hostRead } from './hostfs.ts';
import { touchAccessed, touchModified } from './inode.ts';
import { type IovIter, moved } from './iov-iter.ts';
import { pipeChannels, pipePoll, pipeRead, pipeWrite } from './pipe.ts';
import { procRead, procWrite } from './proc/index.ts';
import { ramRead, ramWrite } from './raminode.ts';
import type { File, InodeKind } from './types.ts';

/** What an open file of each kind can do. Linux: struct file_operations. */
export interface FileOps {
  /** At `pos` where the file has positions. Bytes, a negative errno, or SLEEP. */
  read?(k: Kernel, task: Task, file: File, to: IovIter, pos: number): number;
  write?(k: Kernel, task: Task, file: File, from: IovIter, pos: number): number;
  /** POLL* that hold now. Absent: always readable and writable. */
  poll?(k: Kernel, file: File): number;
  /** Wait queues that are woken when the answer of `poll` may have changed. */
  channels?(file: File, k: Kernel): string[];
  /** lseek, pread and mmap make sense. */
  readonly seekable: boolean;
}

const CHUNK_BYTES = 1 << 20;

const RAM_FILE: FileOps = {
  seekable: true,
  read(k, _task, file, to, pos) {
    const bytes = ramRead(k, file.inode, pos, to.count);
    touchAccessed(k, file.inode);
    return moved(to.copyTo(bytes), bytes.length);
  },
  write(k, _task, file, from, pos) {
    const wanted = from.count;
    let done = 0;
    while (from.count > 0) {
      const bytes = from.copyFrom(CHUNK_BYTES);
      if (bytes.length === 0) break;
      const error = ramWrite(k, file.inode, pos + done, bytes);
      if (error !== 0) return done > 0 ? done : error;
      done += bytes.length;
    }
    if (done > 0) touchModified(k, file.inode);
    return moved(done, wanted);
  },
};

const HOST_FILE: FileOps = {
  seekable: true,
  read(k, _task, file, to, pos) {
    let done = 0;
    while (to.count > 0) {
      const bytes = hostRead(k, file.inode, pos + done, Math.min(to.count, CHUNK_BYTES));
      if (typeof bytes === 'number') return done > 0 ? done : bytes;
      if (bytes.length === 0) break;
      const copied = to.copyTo(bytes);
      done += copied;
      if (copied < bytes.length) return moved(done, bytes.length);
    }
    return done;
  },
};

const PIPE: FileOps = {
  seekable: false,
  read: pipeRead,
  write: pipeWrite,
  poll: (_k, file) => pipePoll(file),
  channels: pipeChannels,
};

const OPS: { readonly [kind in InodeKind]: FileOps } = {
  file: RAM_FILE,
  host: HOST_FILE,
  pipe: PIPE,
  fifo: PIPE,
  device: {
    seekable: true,
    read: (k, _task, file, to) => deviceRead(k, file, to),
    write: (k, _task, file, from) => deviceWrite(k, file, from),
    poll: devicePoll,
  },
  console: {
    seekable: false,
    read: consoleRead,
    write: consoleWrite,
    poll: consolePoll,
    channels: () => [CONSOLE_CHANNEL],
  },
  proc: { seekable: true, read: procRead, write: procWrite },
  directory: { seekable: true },
  symlink: { seekable: false },
  anon: { seekable: false },
};

export function fileOpsOf(file: File): FileOps {
  return file.privateData ? anonOps(file.privateData) : OPS[file.inode.kind];
}

/** DEFAULT_POLLMASK of Linux. */
export const ALWAYS_READY = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

/** POLL* that hold now. Linux: vfs_poll(). */
export function filePoll(k: Kernel, file: File): number {
  return fileOpsOf(file).poll?.(k, file) ?? ALWAYS_READY;
}
