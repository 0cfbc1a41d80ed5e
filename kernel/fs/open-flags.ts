import {
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DSYNC,
  O_EXCL,
  O_NOATIME,
  O_NOCTTY,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_SYNC,
  O_TRUNC,
  O_WRONLY,
  openFlags,
} from '../abi/fcntl.ts';
import type { IsaName } from '../ports.ts';
import type { File } from './types.ts';

/** Open flags inside the kernel have one set of values, x86's; each ISA's are turned into them at the edge. */
const KERNEL = openFlags('x86_64');
export const O_DIRECT = KERNEL.O_DIRECT;
export const O_LARGEFILE = KERNEL.O_LARGEFILE;
export const O_DIRECTORY = KERNEL.O_DIRECTORY;
export const O_NOFOLLOW = KERNEL.O_NOFOLLOW;
/** __O_TMPFILE alone, without O_DIRECTORY. */
export const O_TMPFILE_BIT = KERNEL.O_TMPFILE & ~KERNEL.O_DIRECTORY;
/** FASYNC of the kernel, O_ASYNC of libc. */
export const O_ASYNC = 0o20000;

const SAME_ON_ALL =
  O_ACCMODE |
  O_CREAT |
  O_EXCL |
  O_NOCTTY |
  O_TRUNC |
  O_APPEND |
  O_NONBLOCK |
  O_DSYNC |
  O_ASYNC |
  O_NOATIME |
  O_CLOEXEC |
  O_SYNC |
  O_PATH |
  O_TMPFILE_BIT;

const MOVED = ['O_DIRECT', 'O_LARGEFILE', 'O_DIRECTORY', 'O_NOFOLLOW'] as const;

/** The ISA's flags in the kernel's values; unknown bits are dropped, as open(2) ignores them. */
export function fromUserFlags(isa: IsaName, flags: number): number {
  const theirs = openFlags(isa);
  let result = flags & SAME_ON_ALL;
  for (const name of MOVED) if (flags & theirs[name]) result |= KERNEL[name];
  return result;
}

/** For F_GETFL. */
export function toUserFlags(isa: IsaName, flags: number): number {
  const theirs = openFlags(isa);
  let result = flags & SAME_ON_ALL;
  for (const name of MOVED) if (flags & KERNEL[name]) result |= theirs[name];
  return result;
}

/** FMODE_READ: open for reading. */
export function mayRead(file: File): boolean {
  return (file.flags & O_PATH) === 0 && (file.flags & O_ACCMODE) !== O_WRONLY && (file.flags & O_ACCMODE) !== O_ACCMODE;
}

/** FMODE_WRITE: open for writing. */
export function mayWrite(file: File): boolean {
  const mode = file.flags & O_ACCMODE;
  return (file.flags & O_PATH) === 0 && mode !== O_RDONLY && mode !== O_ACCMODE;
}
