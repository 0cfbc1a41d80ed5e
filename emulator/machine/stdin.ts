import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isatty } from 'node:tty';

/** A descriptor of the host, read without blocking and never further than asked: what is behind stays for whoever reads next. */
export interface Stdin {
  /** At most `maxBytes`; null while there is nothing, length 0 at the end. */
  read(maxBytes: number): Uint8Array | null;
  close(): void;
}

const EMPTY = new Uint8Array(0);
/** What a read of a stream that ends badly says: a hung-up terminal or connection is at its end. */
const ENDS = new Set(['EOF', 'EIO', 'ECONNRESET', 'ENOTCONN']);

function readNow(fd: number, maxBytes: number): Uint8Array | null {
  const bytes = new Uint8Array(maxBytes);
  try {
    const n = readSync(fd, bytes, 0, maxBytes, null);
    return n === maxBytes ? bytes : bytes.subarray(0, n);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EAGAIN') return null;
    if (ENDS.has(code)) return EMPTY;
    throw error;
  }
}

/**
 * Descriptor 0, or another one that the caller closes. A terminal or pipe is opened a second time with O_NONBLOCK, so that neither we block nor the flags of
 * those who share it change; a file or /dev/null is read as it is, moving the shared offset as the guest's read would.
 * What cannot be opened again (a socket, another user's terminal) becomes non-blocking by touching `process.stdin`;
 * Node puts the flag back at exit.
 */
export function openStdin(from = 0): Stdin {
  const fd = openAgain(from);
  if (fd === null && from === 0) process.stdin.pause().unref();
  return {
    read: (maxBytes) => readNow(fd ?? from, maxBytes),
    close: () => {
      if (fd !== null && fd !== from) closeSync(fd);
    },
  };
}

/** A descriptor that does not block, the same one where it never does, or null. */
function openAgain(fd: number): number | null {
  const stat = fstatSync(fd);
  if (stat.isSocket()) return null;
  if (!stat.isFIFO() && !isatty(fd)) return fd;
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return null;
  }
}
