import { EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from '../abi/errno.ts';
import { AT_FDCWD } from '../abi/fcntl.ts';
import { MAXSYMLINKS, NAME_MAX, PATH_MAX } from '../abi/limits.ts';
import { S_ISLNK } from '../abi/stat.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { FsStruct, Task } from '../task.ts';
import { followLink, lookupEntry } from './dentry-ops.ts';
import { dPath, isUnlinked } from './dpath.ts';
import { fdgetRaw } from './file.ts';
import { isDirectory } from './inode.ts';
import { inodePermission, MAY_EXEC } from './permission.ts';
import type { Inode } from './types.ts';

/** Path walking. Linux: fs/namei.c link_path_walk(). */

export interface LookupOptions {
  /** Follow a symbolic link in the last place. */
  follow?: boolean;
  /** Stop in front of the last name (unlink, rename, mkdir): see `lookupLast`. LOOKUP_PARENT of Linux. */
  forParent?: boolean;
  /** O_CREAT: the last name need not exist (`inode` is null then), and a slash behind it is EISDIR. */
  creates?: boolean;
  /** AT_EMPTY_PATH: '' means the descriptor itself. */
  emptyPath?: boolean;
}

export interface Found {
  inode: Inode | null;
  /** The directory the last name was looked up in. */
  dir: Inode;
  /** The last name; '' when it is not a plain name. */
  name: string;
  last: 'name' | 'dot' | 'dotdot' | 'root';
  trailingSlash: boolean;
}

/** The task's own view; throws when it has exited, which is our own fault. */
export function fsOf(task: Task): FsStruct {
  if (!task.fs) throw new Error(`task ${task.pid} has no fs`);
  return task.fs;
}

/** Where a relative path starts. Throws EBADF, ENOTDIR. */
function startOf(task: Task, dirfd: number): Inode {
  if (dirfd === AT_FDCWD) return fsOf(task).cwd;
  return fdgetRaw(task, dirfd).inode;
}

/**
 * Walk `path` from `dirfd`. Throws ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EBADF. With `creates` the caller
 * sees to a missing last name.
 */
export function pathWalk(k: Kernel, task: Task, dirfd: number, path: string, options: LookupOptions = {}): Found {
  if (path.length >= PATH_MAX) throw new SyscallError(ENAMETOOLONG);
  if (path === '') return emptyWalk(task, dirfd, options);
  const root = fsOf(task).root;
  let dir = path.startsWith('/') ? root : startOf(task, dirfd);
  let rest = path;
  let links = 0;
  for (;;) {
    rest = skipSlashes(rest);
    if (rest === '') return { inode: dir, dir, name: '', last: 'root', trailingSlash: true };
    const end = rest.indexOf('/');
    const name = end < 0 ? rest : rest.slice(0, end);
    const behind = end < 0 ? '' : rest.slice(end);
    const isLast = skipSlashes(behind) === '';
    const trailingSlash = isLast && behind !== '';
    maySearch(task, dir);
    if (isLast && options.forParent) return { inode: null, dir, name, last: lastKind(name), trailingSlash };
    if (options.creates && trailingSlash && lastKind(name) === 'name') throw new SyscallError(EISDIR);
    const inode = step(k, task, root, dir, name);
    const follow = !isLast || options.follow !== false || trailingSlash;
    if (inode && S_ISLNK(inode.mode) && follow) {
      if (++links > MAXSYMLINKS) throw new SyscallError(ELOOP);
      const target = followLink(k, task, inode);
      if (typeof target === 'string') {
        if (target === '') throw new SyscallError(ENOENT);
        if (target.startsWith('/')) dir = root;
        rest = target + behind;
        continue;
      }
      if (isLast) return checkedEnd({ inode: target, dir, name, last: 'name', trailingSlash }, options);
      dir = target;
      rest = behind;
      continue;
    }
    if (isLast) return checkedEnd({ inode, dir, name, last: lastKind(name), trailingSlash }, options);
    if (!inode) throw new SyscallError(ENOENT);
    dir = inode;
    rest = behind;
  }
}

/** Linux: may_lookup(). */
function maySearch(task: Task, dir: Inode): void {
  if (!isDirectory(dir)) throw new SyscallError(ENOTDIR);
  inodePermission(task.cred, dir, MAY_EXEC);
}

/** One component: `.`, `..` (never above the root) or a name. */
function step(k: Kernel, task: Task, root: Inode, dir: Inode, name: string): Inode | null {
  if (name === '.') return dir;
  if (name === '..') return dir === root ? dir : (dir.parent ?? dir);
  if (name.length > NAME_MAX) throw new SyscallError(ENAMETOOLONG);
  return lookupEntry(k, task, dir, name);
}

function checkedEnd(found: Found, options: LookupOptions): Found {
  if (!found.inode) {
    if (!options.creates || isUnlinked(found.dir)) throw new SyscallError(ENOENT);
  } else if (found.trailingSlash && !isDirectory(found.inode)) {
    throw new SyscallError(ENOTDIR);
  }
  return found;
}

/**
 * Look the last name of a walk `forParent` up; null when it is free. Throws ENAMETOOLONG, and ENOENT in a directory
 * that was removed. Linux: __lookup_hash().
 */
export function lookupLast(k: Kernel, task: Task, found: Found): Found {
  if (found.name.length > NAME_MAX) throw new SyscallError(ENAMETOOLONG);
  const inode = lookupEntry(k, task, found.dir, found.name);
  if (!inode && isUnlinked(found.dir)) throw new SyscallError(ENOENT);
  return { ...found, inode };
}

function lastKind(name: string): Found['last'] {
  return name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name';
}

function emptyWalk(task: Task, dirfd: number, options: LookupOptions): Found {
  if (!options.emptyPath) throw new SyscallError(ENOENT);
  const inode = startOf(task, dirfd);
  return { inode, dir: inode.parent ?? inode, name: '', last: 'root', trailingSlash: false };
}

function skipSlashes(path: string): string {
  let at = 0;
  while (path[at] === '/') at++;
  return at === 0 ? path : path.slice(at);
}

/** The inode that `path` names. Throws as `pathWalk`. */
export function pathLookup(
  k: Kernel,
  task: Task,
  dirfd: number,
  path: string,
  options: Omit<LookupOptions, 'creates'> = {},
): Inode {
  const { inode } = pathWalk(k, task, dirfd, path, options);
  if (!inode) throw new SyscallError(ENOENT);
  return inode;
}

/** Absolute path of what a walk has found, for File.path. */
export function foundPath(found: Found): string {
  if (found.last !== 'name' || !found.inode) return dPath(found.inode ?? found.dir);
  const dir = dPath(found.dir);
  return dir === '/' ? `/${found.name}` : `${dir}/${found.name}`;
}

/** A descriptor that must be a directory: fchdir. Throws EBADF, ENOTDIR. */
export function directoryOfFd(task: Task, fd: number): Inode {
  const file = fdgetRaw(task, fd);
  if (!isDirectory(file.inode)) throw new SyscallError(ENOTDIR);
  return file.inode;
}
