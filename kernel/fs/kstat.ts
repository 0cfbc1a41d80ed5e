import { EOVERFLOW } from '../abi/errno.ts';
import { S_ISLNK, STATX_ATTR_MOUNT_ROOT, STATX_BASIC_STATS, STATX_BTIME, STATX_MNT_ID } from '../abi/stat.ts';
import { stat, stat64, statx } from '../abi/structs.ts';
import type { IsaName } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import { hostRefresh } from './hostfs.ts';
import { BLOCK_SIZE, majorOf, minorOf } from './inode.ts';
import { ramBytes } from './raminode.ts';
import type { Inode } from './types.ts';

/** What stat(2) tells, and its layouts. Linux: fs/stat.c. */

/** Attributes as they are now. */
function fresh(k: Kernel, inode: Inode): Inode {
  if (inode.kind === 'host') hostRefresh(k, inode);
  return inode;
}

/** Bytes that st_size tells: a link's own length, 40 bytes for each two of a directory's entries as tmpfs has it. */
function sizeOf(inode: Inode): number {
  if (inode.kind === 'symlink') return inode.target.length;
  if (inode.kind === 'directory') return (inode.entries?.size ?? 0) * 20 + 40;
  return S_ISLNK(inode.mode) && inode.kind === 'proc' ? 64 : inode.size;
}

/** st_blocks, in units of 512 bytes. */
function blocksOf(inode: Inode): number {
  if (inode.kind === 'file') return ramBytes(inode) / 512;
  return inode.kind === 'host' ? Math.ceil(inode.size / 512) : 0;
}

function times({ atime, mtime, ctime }: Inode) {
  return {
    st_atime: atime[0],
    st_atime_nsec: atime[1],
    st_mtime: mtime[0],
    st_mtime_nsec: mtime[1],
    st_ctime: ctime[0],
    st_ctime_nsec: ctime[1],
  };
}

/** struct stat of this ISA. Throws EOVERFLOW where its fields are too short. Linux: cp_new_stat(). */
export function encodeStat(k: Kernel, isa: IsaName, inode: Inode): Uint8Array {
  fresh(k, inode);
  const size = sizeOf(inode);
  const isShort = stat.size(isa) < stat.size('x86_64');
  if (isShort && (size > 0x7fff_ffff || inode.ino > 0xffff_ffff || inode.nlink > 0xffff)) {
    throw new SyscallError(EOVERFLOW);
  }
  return stat.encode(isa, {
    st_dev: inode.dev,
    st_ino: inode.ino,
    st_mode: inode.mode,
    st_nlink: inode.nlink,
    st_uid: isShort ? shortId(inode.uid) : inode.uid,
    st_gid: isShort ? shortId(inode.gid) : inode.gid,
    st_rdev: inode.rdev,
    st_size: size,
    st_blksize: BLOCK_SIZE,
    st_blocks: blocksOf(inode),
    ...times(inode),
  });
}

/** An id that 16 bits cannot hold. Linux: high2lowuid(). */
function shortId(id: number): number {
  return id > 0xffff || id < 0 ? 65534 : id;
}

/** struct stat64 of the 32-bit ISAs. Linux: cp_new_stat64(). */
export function encodeStat64(k: Kernel, isa: IsaName, inode: Inode): Uint8Array {
  fresh(k, inode);
  return stat64.encode(isa, {
    st_dev: inode.dev,
    __st_ino: inode.ino,
    st_mode: inode.mode,
    st_nlink: inode.nlink,
    st_uid: inode.uid,
    st_gid: inode.gid,
    st_rdev: inode.rdev,
    st_size: sizeOf(inode),
    st_blksize: BLOCK_SIZE,
    st_blocks: blocksOf(inode),
    ...times(inode),
    st_ino: inode.ino,
  });
}

/** struct statx. The time of birth is not kept. Linux: cp_statx(). */
export function encodeStatx(k: Kernel, isa: IsaName, inode: Inode): Uint8Array {
  fresh(k, inode);
  const time = ([tv_sec, tv_nsec]: readonly [number, number]) => ({ tv_sec, tv_nsec });
  return statx.encode(isa, {
    stx_mask: (STATX_BASIC_STATS & ~STATX_BTIME) | STATX_MNT_ID,
    stx_blksize: BLOCK_SIZE,
    stx_attributes: inode.mountPoint ? STATX_ATTR_MOUNT_ROOT : 0,
    stx_nlink: inode.nlink,
    stx_uid: inode.uid,
    stx_gid: inode.gid,
    stx_mode: inode.mode,
    stx_ino: inode.ino,
    stx_size: sizeOf(inode),
    stx_blocks: blocksOf(inode),
    stx_attributes_mask: STATX_ATTR_MOUNT_ROOT,
    stx_atime: time(inode.atime),
    stx_ctime: time(inode.ctime),
    stx_mtime: time(inode.mtime),
    stx_rdev_major: majorOf(inode.rdev),
    stx_rdev_minor: minorOf(inode.rdev),
    stx_dev_major: majorOf(inode.dev),
    stx_dev_minor: minorOf(inode.dev),
    stx_mnt_id: mountId(inode),
  });
}

/** The number of the mount in /proc/self/mountinfo's sense, told apart by file system. */
function mountId(inode: Inode): number {
  return 20 + inode.dev;
}
