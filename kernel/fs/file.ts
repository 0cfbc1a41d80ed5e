import { EBADF, EINVAL, EMFILE } from '../abi/errno.ts';
import { O_PATH } from '../abi/fcntl.ts';
import { RLIMIT_NOFILE } from '../abi/resource.ts';
import { dropCachedPages } from '../mm/pagecache.ts';
import { wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Files, FsStruct, Task } from '../task.ts';
import { releaseAnon } from './anon-inode.ts';
import { isUnlinked } from './dpath.ts';
import { eventpollRelease } from './eventpoll.ts';
import { releasePipe } from './pipe.ts';
import { releasePosixLocks } from './posix-lock.ts';
import type { File, Inode } from './types.ts';

/** Open files, descriptor tables (files_struct) and fs_struct. Linux: fs/file_table.c, fs/file.c, fs/fs_struct.c. */

/**
 * An open file description with one reference, the caller's. `flags` are the kernel's values.
 * Linux: alloc_file(), with the pipe's ends counted by who opens them (fs/pipe.ts).
 */
export function newFile(k: Kernel, inode: Inode, flags: number, path: string): File {
  inode.opens++;
  k.state.openFiles++;
  return {
    id: k.state.nextFileId++,
    inode,
    flags,
    pos: 0,
    count: 1,
    path,
    dirNames: null,
    procText: null,
    stream: inode.stream,
    privateData: null,
    shm: null,
    epitems: null,
  };
}

/** Take one more reference: fork, dup, mmap. Linux: get_file(), get_file_rcu(). */
export function fget(file: File): File {
  file.count++;
  return file;
}

/** Drop a reference; the last one closes. Linux: fs/file_table.c fput(), __fput(). */
export function fput(k: Kernel, file: File): void {
  if (file.count <= 0) throw new Error(`file ${file.id} (${file.path}) closed twice`);
  if (--file.count > 0) return;
  const { inode } = file;
  if (file.epitems) eventpollRelease(k, file);
  if (file.privateData) releaseAnon(k, file);
  inode.opens--;
  k.state.openFiles--;
  if (inode.pipe) releasePipe(k, file, inode.pipe);
  if (inode.flocks.some((lock) => lock.fileId === file.id)) {
    inode.flocks = inode.flocks.filter((lock) => lock.fileId !== file.id);
    wakeUp(k, flockChannel(inode));
  }
  forgetIfUnused(k, inode);
}

/** An inode without name and without open file gives its bytes back. Linux: fs/inode.c iput_final(). */
export function forgetIfUnused(k: Kernel, inode: Inode): void {
  if (inode.kind !== 'file' || inode.opens > 0 || !isUnlinked(inode)) return;
  dropCachedPages(k, inode);
  inode.data = null;
}

/** Wait queue of flock(2) on this inode. */
export function flockChannel(inode: Inode): string {
  return `flock:${inode.dev}:${inode.ino}`;
}

export function newFiles(): Files {
  return { count: 1, fd: [] };
}

/** The task's table; throws when it has exited, which is our own fault. */
export function filesOf(task: Task): Files {
  if (!task.files) throw new Error(`task ${task.pid} has no files`);
  return task.files;
}

/** The file behind a descriptor, O_PATH ones too. Throws EBADF. No reference is taken. Linux: fdget_raw(). */
export function fdgetRaw(task: Task, fd: number): File {
  const entry = filesOf(task).fd[fd];
  if (!entry) throw new SyscallError(EBADF);
  return entry.file;
}

/** The file behind a descriptor for input and output. Throws EBADF, also for an O_PATH one. Linux: fdget(). */
export function fdget(task: Task, fd: number): File {
  const file = fdgetRaw(task, fd);
  if (file.flags & O_PATH) throw new SyscallError(EBADF);
  return file;
}

/** Soft RLIMIT_NOFILE. */
export function maxFds(task: Task): number {
  return task.signal.rlim[RLIMIT_NOFILE]?.[0] ?? 1024;
}

/**
 * Put `file` at the lowest free descriptor from `from` on; the table takes over the caller's reference. Throws EMFILE,
 * and EINVAL for a `from` beyond the limit. Linux: fs/file.c alloc_fd().
 */
export function allocFd(task: Task, file: File, cloexec: boolean, from = 0): number {
  const files = filesOf(task);
  const fd = lowestFreeFd(task, from);
  while (files.fd.length < fd) files.fd.push(null);
  files.fd[fd] = { file, cloexec };
  return fd;
}

/** The descriptor that allocFd would give. Throws EMFILE, EINVAL. */
export function lowestFreeFd(task: Task, from = 0): number {
  if (from < 0 || from >= maxFds(task)) throw new SyscallError(from === 0 ? EMFILE : EINVAL);
  const files = filesOf(task);
  let fd = from;
  while (files.fd[fd]) fd++;
  if (fd >= maxFds(task)) throw new SyscallError(EMFILE);
  return fd;
}

/** Put `file` at exactly `fd`, closing what was there; the table takes over the reference. Linux: do_dup2(). */
export function installFd(k: Kernel, task: Task, fd: number, file: File, cloexec: boolean): void {
  const files = filesOf(task);
  const old = files.fd[fd];
  while (files.fd.length < fd) files.fd.push(null);
  files.fd[fd] = { file, cloexec };
  if (old) filpClose(k, task, old.file);
}

/** Throws EBADF. Linux: close_fd(). */
export function closeFd(k: Kernel, task: Task, fd: number): void {
  const files = filesOf(task);
  const entry = files.fd[fd];
  if (!entry) throw new SyscallError(EBADF);
  files.fd[fd] = null;
  trim(files);
  filpClose(k, task, entry.file);
}

/** One descriptor of the task is gone. Linux: filp_close(). */
function filpClose(k: Kernel, task: Task, file: File): void {
  releasePosixLocks(k, task.tgid, file.inode);
  fput(k, file);
}

function trim(files: Files): void {
  while (files.fd.length > 0 && files.fd[files.fd.length - 1] === null) files.fd.pop();
}

/** One more task uses the table: CLONE_FILES. */
export function getFiles(files: Files): Files {
  files.count++;
  return files;
}

/** A copy for a new process: each file gets one more reference. Linux: dup_fd(). */
export function copyFiles(old: Files): Files {
  const fd = old.fd.map((entry) => {
    if (!entry) return null;
    fget(entry.file);
    return { ...entry };
  });
  return { count: 1, fd };
}

/** exec: a table shared with other tasks becomes the task's own. Linux: unshare_files(). */
export function unshareFiles(task: Task): void {
  const old = filesOf(task);
  if (old.count === 1) return;
  task.files = copyFiles(old);
  old.count--;
}

/** exec: close what FD_CLOEXEC marks, the table being the task's own. Linux: do_close_on_exec(). */
export function closeOnExec(k: Kernel, task: Task): void {
  const files = filesOf(task);
  files.fd.forEach((entry, fd) => {
    if (!entry?.cloexec) return;
    files.fd[fd] = null;
    filpClose(k, task, entry.file);
  });
  trim(files);
}

/** The task lets its table go; the last user closes all. Linux: exit_files(). */
export function exitFiles(k: Kernel, task: Task): void {
  const files = task.files;
  if (!files) return;
  dropWaitingOpen(k, task);
  task.files = null;
  if (--files.count > 0) return;
  const open = files.fd;
  files.fd = [];
  for (const entry of open) if (entry) filpClose(k, task, entry.file);
}

/** A task that dies while it opens a FIFO no longer counts as one of its sides. */
function dropWaitingOpen(k: Kernel, task: Task): void {
  const { waitingOpens } = k.state.root;
  const file = waitingOpens?.get(task.pid);
  if (!file) return;
  waitingOpens?.delete(task.pid);
  fput(k, file);
}

export function newFs(root: Inode): FsStruct {
  return { users: 1, cwd: root, root, umask: 0o022 };
}

/** Linux: copy_fs_struct(). */
export function copyFs(old: FsStruct): FsStruct {
  return { ...old, users: 1 };
}

/** Linux: exit_fs(). */
export function exitFs(_k: Kernel, task: Task): void {
  const fs = task.fs;
  if (!fs) return;
  task.fs = null;
  fs.users--;
}
