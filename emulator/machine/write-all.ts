import { writeSync } from 'node:fs';
import { SyscallError } from '../../kernel/syscalls/row.ts';

/** The reader of a pipe of ours has gone: a filter ends quietly then, with the status of SIGPIPE. */
export class OutputClosed extends Error {
  constructor() {
    super('the reader has gone');
  }
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** Sleep without giving up the thread. */
function pauseMs(ms: number): void {
  Atomics.wait(sleepCell, 0, 0, ms);
}

/** What the host refuses is what the guest's system call returns: EISDIR, ENOSPC, EIO. Anything else is our own fault. */
export function asGuestError(error: unknown): unknown {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof errno === 'number' && errno < 0 ? new SyscallError(-errno) : error;
}

/**
 * Write all bytes to a host descriptor, waiting while a non-blocking one is full. Throws OutputClosed on EPIPE, Node's
 * error otherwise.
 */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  let waitMs = 1;
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done, bytes.length - done);
      waitMs = 1;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EPIPE') throw new OutputClosed();
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
      pauseMs(waitMs);
      waitMs = Math.min(waitMs * 2, 20);
    }
  }
}
