import { EIO, ENOENT, ENOTDIR } from '../abi/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../abi/stat.ts';
import type { HostStat } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import { blankInode, DEV_HOST, isDirectory } from './inode.ts';
import type { Inode } from './types.ts';

/**
 * Files of the host, mounted read-only. A directory's `entries` keep the inodes already seen, so that each file has
 * one.
 */

const TYPE_MODE = { file: S_IFREG, directory: S_IFDIR, symlink: S_IFLNK } as const;

export function hostInode(mount: number, hostPath: string, stat: HostStat): Inode {
  const inode = blankInode(stat.ino, 'host', TYPE_MODE[stat.type] | stat.mode);
  inode.dev = DEV_HOST + mount;
  inode.mount = mount;
  inode.hostPath = hostPath;
  if (stat.type === 'directory') inode.entries = new Map();
  takeStat(inode, stat);
  return inode;
}

function takeStat(inode: Inode, stat: HostStat): void {
  inode.mode = TYPE_MODE[stat.type] | stat.mode;
  inode.nlink = stat.nlink;
  inode.uid = stat.uid;
  inode.gid = stat.gid;
  inode.size = stat.lenBytes;
  const seconds = Number(stat.mtimeNs / 1_000_000_000n);
  const time: [number, number] = [seconds, Number(stat.mtimeNs % 1_000_000_000n)];
  inode.atime = time;
  inode.mtime = [...time];
  inode.ctime = [...time];
}

/** The entry `name`, or null. Attributes are taken anew each time; a file that was replaced gets a new inode. */
export function hostLookup(k: Kernel, dir: Inode, name: string): Inode | null {
  const known = dir.entries?.get(name);
  if (known?.mountPoint && known.kind !== 'host') return known;
  const mount = known?.mountPoint ? known.mount : dir.mount;
  const hostPath = known?.mountPoint ? known.hostPath : joinHostPath(dir.hostPath, name);
  const stat = k.hostFiles.lstat(mount, hostPath);
  if (typeof stat === 'number') {
    if (stat === -ENOENT || stat === -ENOTDIR) return null;
    throw new SyscallError(-stat);
  }
  if (known && known.ino === stat.ino && isDirectory(known) === (stat.type === 'directory')) {
    takeStat(known, stat);
    return known;
  }
  const inode = hostInode(mount, hostPath, stat);
  inode.parent = dir;
  inode.name = name;
  dir.entries?.set(name, inode);
  return inode;
}

/** Take the attributes anew, where the file is still there. */
export function hostRefresh(k: Kernel, inode: Inode): void {
  const stat = k.hostFiles.lstat(inode.mount, inode.hostPath);
  if (typeof stat !== 'number' && stat.ino === inode.ino) takeStat(inode, stat);
}

export function hostNames(k: Kernel, dir: Inode): string[] {
  const names = k.hostFiles.readdir(dir.mount, dir.hostPath);
  if (typeof names === 'number') throw new SyscallError(-names);
  const all = new Set(names);
  for (const [name, inode] of dir.entries ?? []) if (inode.mountPoint) all.add(name);
  return [...all].sort((a, b) => (a < b ? -1 : 1));
}

export function hostReadlink(k: Kernel, inode: Inode): string {
  const target = k.hostFiles.readlink(inode.mount, inode.hostPath);
  if (typeof target === 'number') throw new SyscallError(-target);
  return target;
}

/** At most `lenBytes` from `offset`, or a negative errno. */
export function hostRead(k: Kernel, inode: Inode, offset: number, lenBytes: number): Uint8Array | number {
  if (lenBytes === 0) return new Uint8Array(0);
  const bytes = k.hostFiles.read(inode.mount, inode.hostPath, offset, lenBytes);
  return typeof bytes === 'number' && bytes >= 0 ? -EIO : bytes;
}

function joinHostPath(dir: string, name: string): string {
  return dir === '' ? name : `${dir}/${name}`;
}
