import { EACCES, EINVAL, ELOOP, ENODEV, ENOENT } from '../abi/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_RDONLY } from '../abi/fcntl.ts';
import { MAP_PRIVATE, MAP_TYPE, PROT_WRITE } from '../abi/mman.ts';
import { S_ISLNK, S_ISREG } from '../abi/stat.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { DEV_ZERO } from './device.ts';
import { newFile } from './file.ts';
import { hostRead, hostRefresh } from './hostfs.ts';
import { foundPath, pathWalk } from './namei.ts';
import { mayRead, mayWrite, O_LARGEFILE } from './open-flags.ts';
import { inodePermission, MAY_EXEC } from './permission.ts';
import { ramRead } from './raminode.ts';
import type { File, Inode } from './types.ts';

/** Files as exec and mmap use them. */

/**
 * The program at `path`, open for reading, with one reference (drop it with fput). `atFlags`: AT_EMPTY_PATH,
 * AT_SYMLINK_NOFOLLOW. Throws what the walk throws, EACCES for what is no regular file or not executable. Linux:
 * fs/exec.c do_open_execat().
 */
export function openExec(k: Kernel, task: Task, path: string, dirfd = AT_FDCWD, atFlags = 0): File {
  if (atFlags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) throw new SyscallError(EINVAL);
  const found = pathWalk(k, task, dirfd, path, {
    follow: (atFlags & AT_SYMLINK_NOFOLLOW) === 0,
    emptyPath: (atFlags & AT_EMPTY_PATH) !== 0,
  });
  const { inode } = found;
  if (!inode) throw new SyscallError(ENOENT);
  if (S_ISLNK(inode.mode)) throw new SyscallError(ELOOP);
  inodePermission(task.cred, inode, MAY_EXEC);
  if (!S_ISREG(inode.mode)) throw new SyscallError(EACCES);
  return newFile(k, inode, O_RDONLY | O_LARGEFILE, foundPath(found));
}

/** At most `lenBytes` from `offset`, shorter at the end of the file. Throws EIO and the like. Linux: kernel_read(). */
export function kernelRead(k: Kernel, file: File, offset: number, lenBytes: number): Uint8Array {
  const { inode } = file;
  if (inode.kind === 'file') return ramRead(k, inode, offset, lenBytes);
  if (inode.kind === 'device' && inode.rdev === DEV_ZERO) return new Uint8Array(lenBytes);
  if (inode.kind !== 'host') throw new SyscallError(EINVAL);
  const bytes = hostRead(k, inode, offset, lenBytes);
  if (typeof bytes === 'number') throw new SyscallError(-bytes);
  return bytes;
}

/** As kernelRead, but a page of a host's file that some program has mapped is not read again: it would be mapped here as it is, too. */
export function execRead(k: Kernel, file: File, offset: number, lenBytes: number): Uint8Array {
  const { inode } = file;
  const inPage = offset % PAGE_SIZE;
  const frame = inode.kind === 'host' ? inode.pages?.get((offset - inPage) / PAGE_SIZE) : undefined;
  if (frame === undefined || inPage + lenBytes > PAGE_SIZE || offset + lenBytes > inode.size)
    return kernelRead(k, file, offset, lenBytes);
  const at = frame * PAGE_SIZE + inPage;
  return k.ram.u8.slice(at, at + lenBytes);
}

/** Length in bytes as it is now; Infinity for /dev/zero. */
export function fileSize(k: Kernel, file: File): number {
  if (file.inode.kind === 'device') return Infinity;
  if (file.inode.kind === 'host') hostRefresh(k, file.inode);
  return file.inode.size;
}

/**
 * Whether the file can be mapped with PROT_* `prot` and MAP_* `flags`: 0, -EACCES or -ENODEV (it has no pages). Linux:
 * mm/mmap.c do_mmap().
 */
export function mayMmap(file: File, prot: number, flags: number): number {
  const { inode } = file;
  if (!mayRead(file)) return -EACCES;
  const isPrivate = (flags & MAP_TYPE) === MAP_PRIVATE;
  if (!isPrivate && prot & PROT_WRITE && !mayWrite(file)) return -EACCES;
  return hasMmap(inode) ? 0 : -ENODEV;
}

/** Whether there is anything to map: a file's pages, or zeros. */
export function hasMmap(inode: Inode): boolean {
  const hasPages = S_ISREG(inode.mode) && (inode.kind === 'file' || inode.kind === 'host');
  return hasPages || (inode.kind === 'device' && inode.rdev === DEV_ZERO);
}
