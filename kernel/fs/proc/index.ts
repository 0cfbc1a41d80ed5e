import { EFAULT, EINVAL, ENOENT } from '../../abi/errno.ts';
import { bytesToString, stringToBytes } from '../../bytes.ts';
import { PAGE_SIZE } from '../../mm/types.ts';
import type { Kernel } from '../../state.ts';
import { SyscallError } from '../../syscalls/row.ts';
import type { Task } from '../../task.ts';
import type { PrivateData } from '../anon-types.ts';
import { type IovIter, moved } from '../iov-iter.ts';
import type { File, Inode } from '../types.ts';
import { PROC_ROOT } from './root.ts';
import { type ProcEntry, type ProcTarget, procInode } from './tree.ts';

/**
 * /proc as the rest of the file system sees it: `node` of an inode is its path below /proc, with `*` for what is one of
 * many.
 */

/** The entry at a node, where `*` stands for any of many. */
function entryAt(node: string): ProcEntry {
  let entry = PROC_ROOT;
  for (const name of node.split('/').slice(1)) {
    const next = name === '*' ? entry.many?.entry : entry.children?.[name];
    if (!next) throw new Error(`/proc has no ${node}`);
    entry = next;
  }
  return entry;
}

export function procRootInode(k: Kernel): Inode {
  return procInode(k, '', PROC_ROOT, { pid: 0, fd: 0 });
}

function nodeOf(inode: Inode): { entry: ProcEntry; target: ProcTarget; node: string } {
  const { proc } = inode;
  if (!proc) throw new Error(`inode ${inode.ino} is none of /proc`);
  return { entry: entryAt(proc.node), target: { pid: proc.pid, fd: proc.fd }, node: proc.node };
}

/** The entry `name`. Throws ENOENT, also where a name could be made: /proc says so for all. */
export function procLookup(k: Kernel, _task: Task, dir: Inode, name: string): Inode {
  const { entry, target, node } = nodeOf(dir);
  const fixed = entry.children && Object.hasOwn(entry.children, name) ? entry.children[name] : undefined;
  const child = fixed ?? entry.many?.entry;
  const found = fixed ? target : entry.many?.find(k, target, name);
  if (!child || !found) throw new SyscallError(ENOENT);
  const inode = procInode(k, `${node}/${fixed ? name : '*'}`, child, found);
  inode.parent = dir;
  inode.name = name;
  return inode;
}

export function procNames(k: Kernel, _task: Task, dir: Inode): string[] {
  const { entry, target } = nodeOf(dir);
  return [...Object.keys(entry.children ?? {}), ...(entry.many?.names(k, target) ?? [])];
}

export function procFollow(k: Kernel, task: Task, link: Inode): string | Inode {
  const { entry, target } = nodeOf(link);
  return entry.follow?.(k, target, task) ?? '';
}

/** readlink(2) on a link of /proc. */
export function procReadlink(k: Kernel, task: Task, link: Inode): string {
  const { entry, target } = nodeOf(link);
  const text = entry.linkText?.(k, target, task) ?? entry.follow?.(k, target, task);
  if (typeof text !== 'string') throw new SyscallError(EINVAL);
  return text;
}

/** What an open file stands for when it is no text, or null. Throws ENOENT, EACCES. */
export function procOpen(k: Kernel, opener: Task, inode: Inode): PrivateData | null {
  const { entry, target } = nodeOf(inode);
  return entry.open?.(k, target, opener) ?? null;
}

/** A setting is written at once. -EINVAL where nothing can be written. */
export function procWrite(k: Kernel, task: Task, file: File, from: IovIter): number {
  const { entry, target } = nodeOf(file.inode);
  if (!entry.store) return -EINVAL;
  const { count } = from;
  const bytes = from.copyFrom(PAGE_SIZE);
  if (bytes.length < Math.min(count, PAGE_SIZE)) return -EFAULT;
  const refused = entry.store(k, target, task, bytesToString(bytes));
  return refused === 0 ? count : refused;
}

/** The text is made when it is read from its start, and stays for the rest of the file. Linux: fs/seq_file.c. */
export function procRead(k: Kernel, task: Task, file: File, to: IovIter, pos: number): number {
  const { entry, target } = nodeOf(file.inode);
  if (!entry.show) return -EINVAL;
  if (pos === 0 || file.procText === null) file.procText = entry.show(k, target, task);
  const bytes = stringToBytes(file.procText.slice(pos, pos + to.count));
  return moved(to.copyTo(bytes), bytes.length);
}
