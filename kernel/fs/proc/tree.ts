import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../abi/stat.ts';
import type { Kernel } from '../../state.ts';
import type { Task } from '../../task.ts';
import type { PrivateData } from '../anon-types.ts';
import { blankInode, currentTime, DEV_PROC } from '../inode.ts';
import type { Inode } from '../types.ts';

/**
 * What one file of /proc is. All is made when it is looked at. Linux: fs/proc/generic.c, struct pid_entry of base.c.
 */
export interface ProcEntry {
  /** S_IFMT and permission bits. */
  readonly mode: number;
  /** A file's text; `reader` is who asks. */
  readonly show?: (k: Kernel, node: ProcTarget, reader: Task) => string;
  /** Set what the file tells; 0 or a negative errno. */
  readonly store?: (k: Kernel, node: ProcTarget, writer: Task, text: string) => number;
  /** A file without a text: what it stands for once it is open. */
  readonly open?: (k: Kernel, node: ProcTarget, opener: Task) => PrivateData;
  /** A link's text, or the inode it stands for. */
  readonly follow?: (k: Kernel, node: ProcTarget, reader: Task) => string | Inode;
  /** A link's text for readlink(2), where `follow` gives an inode. */
  readonly linkText?: (k: Kernel, node: ProcTarget, reader: Task) => string;
  /** Permission bits that depend on what the target is now. */
  readonly permissions?: (k: Kernel, node: ProcTarget) => number;
  /** A directory's fixed entries, by name. */
  readonly children?: { readonly [name: string]: ProcEntry };
  /** A directory's entries that come and go: all are alike. */
  readonly many?: ProcMany;
}

export interface ProcMany {
  readonly entry: ProcEntry;
  names(k: Kernel, node: ProcTarget): string[];
  /** What the name stands for, or null. */
  find(k: Kernel, node: ProcTarget, name: string): ProcTarget | null;
}

export interface ProcTarget {
  pid: number;
  fd: number;
}

export function textFile(show: NonNullable<ProcEntry['show']>, mode = 0o444): ProcEntry {
  return { mode: S_IFREG | mode, show };
}

export function directory(children: { readonly [name: string]: ProcEntry }, mode = 0o555): ProcEntry {
  return { mode: S_IFDIR | mode, children };
}

export function link(follow: NonNullable<ProcEntry['follow']>): ProcEntry {
  return { mode: S_IFLNK | 0o777, follow };
}

/** An inode of /proc; its number follows from what it is, so that the same file always has the same. */
export function procInode(k: Kernel, node: string, entry: ProcEntry, target: ProcTarget): Inode {
  const mode = entry.permissions ? (entry.mode & S_IFMT) | entry.permissions(k, target) : entry.mode;
  const inode = blankInode(inodeNumber(node, target), 'proc', mode);
  inode.dev = DEV_PROC;
  inode.proc = { node, pid: target.pid, fd: target.fd };
  inode.atime = currentTime(k);
  inode.mtime = [...inode.atime];
  inode.ctime = [...inode.atime];
  if ((entry.mode & S_IFDIR) === S_IFDIR) inode.nlink = 2;
  const owner = k.state.tasks.get(target.pid);
  const isTop = (entry.mode & ~S_IFMT) === 0o555 && (entry.mode & S_IFMT) === S_IFDIR;
  // What cannot be dumped is root's, but for the directories that anybody may list. Linux: task_dump_owner().
  if (owner && (isTop || (owner.mm?.dumpable ?? true))) {
    inode.uid = owner.cred.euid;
    inode.gid = owner.cred.egid;
  }
  return inode;
}

/** FNV-1a of what the file is: 32 bits, as programs for 32-bit ISAs refuse entries with more. */
function inodeNumber(node: string, { pid, fd }: ProcTarget): number {
  let hash = 0x811c_9dc5;
  for (const character of `${node}:${pid}:${fd}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x0100_0193);
  return hash >>> 0 || 1;
}
