import { ENOTTY } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/fcntl.ts';
import { FIOASYNC, FIOCLEX, FIONBIO, FIONCLEX, FIONREAD } from '../abi/ioctl.ts';
import { S_ISREG } from '../abi/stat.ts';
import { readU32, writeU32 } from '../bytes.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { consoleBytes, isTerminal } from './console.ts';
import { fdget, filesOf } from './file.ts';
import { pipeBytes } from './pipe.ts';
import { fileSize } from './read.ts';
import { ttyIoctl } from './tty.ts';
import type { File } from './types.ts';
import { getBytes, putBytes } from './uargs.ts';

/**
 * ioctl(2): what holds for any file, then the terminal's own. An unknown request is -ENOTTY. Linux: fs/ioctl.c
 * do_vfs_ioctl().
 */
export function doIoctl(k: Kernel, task: Task, fd: number, cmd: number, arg: VirtAddr): number {
  const file = fdget(task, fd);
  switch (cmd) {
    case FIOCLEX:
    case FIONCLEX: {
      const entry = filesOf(task).fd[fd];
      if (entry) entry.cloexec = cmd === FIOCLEX;
      return 0;
    }
    case FIONBIO: {
      const on = readU32(getBytes(k, task, arg, 4), 0) !== 0;
      file.flags = on ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
      return 0;
    }
    case FIOASYNC: {
      // Turning SIGIO off is what it is already; on is refused.
      return readU32(getBytes(k, task, arg, 4), 0) === 0 ? 0 : -ENOTTY;
    }
    case FIONREAD: {
      const waiting = readableBytes(k, file);
      if (waiting === null) return -ENOTTY;
      putU32(k, task, arg, waiting);
      return 0;
    }
    default:
      return isTerminal(file) ? ttyIoctl(k, task, file, cmd, arg) : -ENOTTY;
  }
}

function readableBytes(k: Kernel, file: File): number | null {
  const { inode } = file;
  if (S_ISREG(inode.mode)) return fileSize(k, file) - file.pos;
  if (inode.pipe) return pipeBytes(inode.pipe);
  return inode.kind === 'console' && inode.tty ? consoleBytes(k, inode.tty) : null;
}

export function putU32(k: Kernel, task: Task, addr: VirtAddr, value: number): void {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  putBytes(k, task, addr, bytes);
}
