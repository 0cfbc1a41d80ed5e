import { CLOSE_RANGE_CLOEXEC, CLOSE_RANGE_UNSHARE } from '../abi/close_range.ts';
import { EINVAL } from '../abi/errno.ts';
import { AT_FDCWD, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY } from '../abi/fcntl.ts';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC } from '../abi/memfd.ts';
import { archOf } from '../arch/index.ts';
import { waitForOtherSide, waitingOpen } from '../fs/fifo.ts';
import { allocFd, closeFd, filesOf, fput, lowestFreeFd, newFile, unshareFiles } from '../fs/file.ts';
import { fsOf } from '../fs/namei.ts';
import { checkOpenFlags, openFile } from '../fs/open.ts';
import { fromUserFlags, O_LARGEFILE } from '../fs/open-flags.ts';
import { namelessFile } from '../fs/ramfs.ts';
import type { File } from '../fs/types.ts';
import { callIsa, mmOf, pathArg } from '../fs/uargs.ts';
import { getString } from '../mm/uaccess.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Longest name of memfd_create(2): NAME_MAX without `memfd:`. */
const MFD_NAME_MAX_LEN = 249;

/** Linux: fs/open.c do_sys_openat2(). `userFlags` are the ISA's. */
function doOpen(k: Kernel, task: Task, dirfd: number, pathAddr: number, userFlags: number, mode: number): number {
  const isa = callIsa(task);
  const large = archOf(isa).wordBytes === 8 ? O_LARGEFILE : 0;
  const flags = checkOpenFlags(fromUserFlags(isa, userFlags) | large);
  const waiting = waitingOpen(k, task);
  if (waiting) return install(k, task, waitForOtherSide(k, task, waiting), flags);
  const path = pathArg(k, task, pathAddr);
  lowestFreeFd(task);
  const { file, waits } = openFile(k, task, dirfd, path, flags, mode);
  return install(k, task, waits ? waitForOtherSide(k, task, file) : file, flags);
}

/** The descriptor of an opened file; a number (SLEEP, an error) passes through. */
function install(k: Kernel, task: Task, file: File | number, flags: number): number {
  if (typeof file === 'number') return file;
  try {
    return allocFd(task, file, (flags & O_CLOEXEC) !== 0);
  } catch (error) {
    fput(k, file);
    throw error;
  }
}

/** open(2). */
export const sys_open: SyscallRow = {
  name: 'open',
  nr: { i386: 5, x86_64: 2, arm: 5 },
  args: [
    ['pathname', 'path'],
    ['flags', 'openflags'],
    ['mode', 'mode'],
  ],
  ret: 'fd',
  handler: (k, task, [path = 0, flags = 0, mode = 0]) => doOpen(k, task, AT_FDCWD, path, flags, mode),
};

/** openat(2). */
export const sys_openat: SyscallRow = {
  name: 'openat',
  nr: { i386: 295, x86_64: 257, arm: 322 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['flags', 'openflags'],
    ['mode', 'mode'],
  ],
  ret: 'fd',
  handler: (k, task, [dirfd = 0, path = 0, flags = 0, mode = 0]) => doOpen(k, task, dirfd, path, flags, mode),
};

/** creat(2). */
export const sys_creat: SyscallRow = {
  name: 'creat',
  nr: { i386: 8, x86_64: 85, arm: 8 },
  args: [
    ['pathname', 'path'],
    ['mode', 'mode'],
  ],
  ret: 'fd',
  handler: (k, task, [path = 0, mode = 0]) => doOpen(k, task, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode),
};

/** close(2). */
export const sys_close: SyscallRow = {
  name: 'close',
  nr: { i386: 6, x86_64: 3, arm: 6 },
  args: [['fd', 'fd']],
  ret: 'int',
  handler: (k, task, [fd = 0]) => {
    closeFd(k, task, fd);
    return 0;
  },
};

/** close_range(2). */
export const sys_close_range: SyscallRow = {
  name: 'close_range',
  nr: { i386: 436, x86_64: 436, arm: 436 },
  args: [
    ['first', 'uint'],
    ['last', 'uint'],
    ['flags', 'uint'],
  ],
  ret: 'int',
  handler: (k, task, [first = 0, last = 0, flags = 0]) => {
    if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) || first > last) return -EINVAL;
    if (flags & CLOSE_RANGE_UNSHARE) unshareFiles(task);
    const { fd: table } = filesOf(task);
    for (let fd = first; fd <= last && fd < table.length; fd++) {
      const entry = table[fd];
      if (!entry) continue;
      if (flags & CLOSE_RANGE_CLOEXEC) entry.cloexec = true;
      else closeFd(k, task, fd);
    }
    return 0;
  },
};

/** umask(2). */
export const sys_umask: SyscallRow = {
  name: 'umask',
  nr: { i386: 60, x86_64: 95, arm: 60 },
  args: [['mask', 'mode']],
  ret: 'octal',
  handler: (_k, task, [mask = 0]) => {
    const fs = fsOf(task);
    const old = fs.umask;
    fs.umask = mask & 0o777;
    return old;
  },
};

/** memfd_create(2). Huge pages are refused. */
export const sys_memfd_create: SyscallRow = {
  name: 'memfd_create',
  needsMmu: true,
  nr: { i386: 356, x86_64: 319, arm: 385 },
  args: [
    ['name', 'path'],
    ['flags', 'uint'],
  ],
  ret: 'fd',
  handler: (k, task, [nameAddr = 0, flags = 0]) => {
    if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING)) return -EINVAL;
    const name = memfdName(k, task, nameAddr);
    if (name === null) return -EINVAL;
    const inode = namelessFile(k, task, 0o777);
    if (flags & MFD_ALLOW_SEALING) inode.seals = 0;
    const file = newFile(k, inode, 2 | O_LARGEFILE, `/memfd:${name} (deleted)`);
    return install(k, task, file, flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
  },
};

function memfdName(k: Kernel, task: Task, addr: number): string | null {
  const name = getString(k, mmOf(task), addr, 4096);
  return name.length > MFD_NAME_MAX_LEN ? null : name;
}

export const OPEN_ROWS = [sys_open, sys_openat, sys_creat, sys_close, sys_close_range, sys_umask, sys_memfd_create];
