import { F_SEAL_SEAL } from '../abi/fcntl.ts';
import { S_IFDIR, S_IFMT, S_ISDIR } from '../abi/stat.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Cred } from '../task.ts';
import type { Inode, InodeKind } from './types.ts';

/** dev_t as user space gets it in 32 bits. Linux: include/linux/kdev_t.h new_encode_dev(). */
export function makedev(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

export function majorOf(dev: number): number {
  return (dev >>> 8) & 0xfff;
}

export function minorOf(dev: number): number {
  return (dev & 0xff) | ((dev >>> 12) & 0xfff00);
}

/** st_dev of the file systems; host mounts count up from DEV_HOST. */
export const DEV_TMPFS = makedev(0, 20);
export const DEV_PROC = makedev(0, 21);
export const DEV_PIPEFS = makedev(0, 13);
/** anon_inodefs: one inode for all files that are no files. */
export const DEV_ANON = makedev(0, 14);
/** nsfs: a namespace's inode. */
export const DEV_NSFS = makedev(0, 4);
export const DEV_HOST = 64;

/** Block size of every file system, in bytes. */
export const BLOCK_SIZE = 4096;

/** An inode with number `ino` and everything else at rest. */
export function blankInode(ino: number, kind: InodeKind, mode: number): Inode {
  return {
    ino,
    dev: DEV_TMPFS,
    kind,
    mode,
    uid: 0,
    gid: 0,
    nlink: 1,
    atime: [0, 0],
    mtime: [0, 0],
    ctime: [0, 0],
    parent: null,
    name: '',
    data: null,
    size: 0,
    entries: null,
    target: '',
    rdev: 0,
    mount: 0,
    hostPath: '',
    mountPoint: false,
    proc: null,
    namespace: null,
    tty: null,
    stream: 0,
    pipe: null,
    flocks: [],
    locks: [],
    waitingOpens: null,
    pages: null,
    seals: F_SEAL_SEAL,
    opens: 0,
  };
}

/** A new inode owned by `cred`, stamped with the current time. Linux: new_inode(), inode_init_owner(). */
export function newInode(k: Kernel, kind: InodeKind, mode: number, cred: Cred | null): Inode {
  const inode = blankInode(k.state.nextIno++, kind, mode);
  const now = currentTime(k);
  inode.atime = [...now];
  inode.mtime = [...now];
  inode.ctime = [...now];
  if (cred) {
    inode.uid = cred.fsuid;
    inode.gid = cred.fsgid;
  }
  if ((mode & S_IFMT) === S_IFDIR) {
    inode.entries = new Map();
    inode.nlink = 2;
  }
  return inode;
}

/** Wall-clock time as [seconds, nanoseconds]. Linux: current_time(). */
export function currentTime(k: Kernel): [number, number] {
  const ns = k.clock.bootTimeNs + BigInt(Math.floor(nowNs(k) + k.state.clockOffsetNs));
  return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
}

/** Contents have changed. */
export function touchModified(k: Kernel, inode: Inode): void {
  inode.mtime = currentTime(k);
  inode.ctime = [...inode.mtime];
}

export function touchChanged(k: Kernel, inode: Inode): void {
  inode.ctime = currentTime(k);
}

/**
 * Read: relatime, as every Linux mounts by default: only when the old stamp is not behind the last change, or a day
 * old. Linux: fs/inode.c relatime_need_update().
 */
export function touchAccessed(k: Kernel, inode: Inode): void {
  if (inode.kind === 'host' || inode.kind === 'proc') return;
  const now = currentTime(k);
  const stale = !isAfter(inode.atime, inode.mtime) || !isAfter(inode.atime, inode.ctime);
  if (stale || now[0] - inode.atime[0] >= 24 * 3600) inode.atime = now;
}

function isAfter(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
}

export function isDirectory(inode: Inode): boolean {
  return S_ISDIR(inode.mode);
}
