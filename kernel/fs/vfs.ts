import { CAP_FSETID } from '../abi/capability.ts';
import { EBADF, EFBIG, EINVAL, EISDIR, ENXIO, EOVERFLOW, EPERM, ESPIPE } from '../abi/errno.ts';
import { O_APPEND, O_PATH } from '../abi/fcntl.ts';
import { SEEK_CUR, SEEK_END, SEEK_HOLE, SEEK_SET } from '../abi/fs.ts';
import { RLIMIT_FSIZE } from '../abi/resource.ts';
import { SIGXFSZ } from '../abi/signal.ts';
import { S_ISGID, S_ISREG, S_ISUID, S_IXGRP } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import { nommuResize } from '../mm/nommu/shared-file.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { PrivateData } from './anon-types.ts';
import { fileOpsOf } from './file-ops.ts';
import { hostRefresh } from './hostfs.ts';
import { isDirectory } from './inode.ts';
import type { IovIter } from './iov-iter.ts';
import { mayRead, mayWrite, O_LARGEFILE } from './open-flags.ts';
import { raise } from './raise.ts';
import { ramSeek, ramTruncate } from './raminode.ts';
import { mayResizeSealed, mayWriteSealed } from './seals.ts';
import type { File, Inode } from './types.ts';

/** read, write, lseek and truncate for any open file. Linux: fs/read_write.c, fs/open.c. */

/** One transfer moves at most this many bytes. */
export const MAX_RW_COUNT = 0x7fff_f000;
/** MAX_NON_LFS: a 32-bit program that did not ask for O_LARGEFILE sees nothing behind it. */
export const MAX_NON_LFS = 0x7fff_ffff;
/** Descriptors that are no files stay where they are, but for these. Linux: noop_llseek(), mem_lseek(). */
const HAS_POSITION: ReadonlySet<PrivateData['kind']> = new Set<PrivateData['kind']>(['pidfd', 'memory']);
/** MAX_LFS_FILESIZE is 2^63 - 1; numbers here are exact up to 2^53. */
const MAX_FILE_BYTES = 2 ** 53;

/** `at` null: from the file's own position, which moves on. Bytes, a negative errno, or SLEEP. */
export function vfsRead(k: Kernel, task: Task, file: File, to: IovIter, at: number | null): number {
  const ops = fileOpsOf(file);
  if (at !== null && !ops.seekable) return -ESPIPE;
  if (!mayRead(file)) return -EBADF;
  if (isDirectory(file.inode)) return -EISDIR;
  if (!ops.read) return -EINVAL;
  const done = ops.read(k, task, file, to, at ?? file.pos);
  if (done > 0 && at === null && ops.seekable) file.pos += done;
  return done;
}

/**
 * As vfsRead. O_APPEND goes to the end; RLIMIT_FSIZE is -EFBIG with SIGXFSZ. Linux: vfs_write(),
 * generic_write_checks().
 */
export function vfsWrite(k: Kernel, task: Task, file: File, from: IovIter, at: number | null): number {
  const ops = fileOpsOf(file);
  if (at !== null && !ops.seekable) return -ESPIPE;
  if (!mayWrite(file)) return -EBADF;
  if (!ops.write) return -EINVAL;
  if (file.inode.kind === 'proc') return writeThrough(k, task, file, from, at);
  if (!S_ISREG(file.inode.mode)) return ops.write(k, task, file, from, 0);
  if (from.count === 0) return 0;
  const pos = file.flags & O_APPEND ? file.inode.size : (at ?? file.pos);
  const allowed = allowedBytes(k, task, file, pos, from.count);
  if (allowed < 0) return allowed;
  if (!mayWriteSealed(file.inode, pos + allowed)) return -EPERM;
  dropPrivileges(task, file.inode);
  const done = ops.write(k, task, file, limited(from, allowed), pos);
  if (done > 0 && at === null) file.pos = pos + done;
  return done;
}

/** To a file that holds nothing itself, so that no limit counts. */
function writeThrough(k: Kernel, task: Task, file: File, from: IovIter, at: number | null): number {
  const done = fileOpsOf(file).write?.(k, task, file, from, at ?? file.pos) ?? -EINVAL;
  if (done > 0 && at === null) file.pos += done;
  return done;
}

function allowedBytes(k: Kernel, task: Task, file: File, pos: number, wanted: number): number {
  const limit = task.signal.rlim[RLIMIT_FSIZE]?.[0] ?? Infinity;
  if (pos >= limit) {
    raise(k, task, SIGXFSZ);
    return -EFBIG;
  }
  const highest = file.flags & O_LARGEFILE ? MAX_FILE_BYTES : MAX_NON_LFS;
  if (pos >= highest) return -EFBIG;
  return Math.min(wanted, limit - pos, highest - pos);
}

function limited(from: IovIter, allowed: number): IovIter {
  if (allowed >= from.count) return from;
  return {
    count: allowed,
    copyTo: () => 0,
    copyFrom(maxBytes) {
      const bytes = from.copyFrom(Math.min(maxBytes, this.count));
      this.count -= bytes.length;
      return bytes;
    },
    advance(lenBytes) {
      from.advance(lenBytes);
      this.count -= lenBytes;
    },
  };
}

/** A write without CAP_FSETID takes the set-id bits away. Linux: file_remove_privs(). */
export function dropPrivileges(task: Task, inode: Inode): void {
  if (capable(task.cred, CAP_FSETID)) return;
  inode.mode &= ~S_ISUID;
  if (inode.mode & S_IXGRP) inode.mode &= ~S_ISGID;
}

/** The new position. Throws EBADF, ESPIPE, EINVAL, ENXIO. Linux: vfs_llseek(). */
export function vfsSeek(k: Kernel, file: File, offset: number, whence: number): number {
  if (file.flags & O_PATH) throw new SyscallError(EBADF);
  if (whence < SEEK_SET || whence > SEEK_HOLE) throw new SyscallError(EINVAL);
  if (file.privateData && !HAS_POSITION.has(file.privateData.kind)) return file.pos;
  if (!fileOpsOf(file).seekable) throw new SyscallError(ESPIPE);
  if (file.inode.kind === 'device') return 0;
  const pos = seekTarget(k, file, offset, whence);
  if (pos < 0) throw new SyscallError(EINVAL);
  if (pos !== file.pos && isDirectory(file.inode) && pos === 0) file.dirNames = null;
  file.pos = pos;
  return pos;
}

function seekTarget(k: Kernel, file: File, offset: number, whence: number): number {
  if (whence === SEEK_SET) return offset;
  if (whence === SEEK_CUR) return file.pos + offset;
  if (isDirectory(file.inode)) throw new SyscallError(EINVAL);
  if (file.inode.kind === 'host') hostRefresh(k, file.inode);
  const { size } = file.inode;
  if (whence === SEEK_END) return size + offset;
  if (offset < 0 || offset >= size) throw new SyscallError(ENXIO);
  const target = soughtPart(file.inode, offset, whence === SEEK_HOLE);
  if (target < 0) throw new SyscallError(ENXIO);
  return target;
}

/** A file system that knows of no holes has one at the end. */
function soughtPart(inode: Inode, offset: number, hole: boolean): number {
  if (inode.kind === 'file') return ramSeek(inode, offset, hole);
  return hole ? inode.size : offset;
}

/** Set the length of a regular file. Throws EINVAL, EFBIG. Linux: do_truncate(). */
export function vfsTruncate(k: Kernel, task: Task, inode: Inode, size: number): void {
  if (size < 0) throw new SyscallError(EINVAL);
  if (isDirectory(inode)) throw new SyscallError(EISDIR);
  // What /proc makes when it is read has no length to set.
  if (inode.kind === 'proc') return;
  if (inode.kind !== 'file') throw new SyscallError(EINVAL);
  if (size > inode.size && size > (task.signal.rlim[RLIMIT_FSIZE]?.[0] ?? Infinity)) {
    raise(k, task, SIGXFSZ);
    throw new SyscallError(EFBIG);
  }
  if (!mayResizeSealed(inode, size)) throw new SyscallError(EPERM);
  const refused = k.state.noMmu ? nommuResize(k, k.state.noMmu, inode, size) : 0;
  if (refused !== 0) throw new SyscallError(-refused);
  dropPrivileges(task, inode);
  ramTruncate(k, inode, size);
}

/** Throws EOVERFLOW: a file too long for a program without O_LARGEFILE. Linux: generic_file_open(). */
export function checkLargeFile(inode: Inode, flags: number): void {
  if (!(flags & O_LARGEFILE) && S_ISREG(inode.mode) && inode.size > MAX_NON_LFS) throw new SyscallError(EOVERFLOW);
}
