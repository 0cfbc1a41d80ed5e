import { EACCES, EINVAL, ENOENT } from '../../abi/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../abi/stat.ts';
import { bytesToString } from '../../bytes.ts';
import { copyFromUserPartial } from '../../mm/uaccess.ts';
import { ptraceMayAccess } from '../../ptrace/access.ts';
import { threadGroup } from '../../signal/wake.ts';
import type { Kernel } from '../../state.ts';
import { SyscallError } from '../../syscalls/row.ts';
import { type Files, TASK_COMM_LEN, type Task } from '../../task.ts';
import type { PrivateData } from '../anon-types.ts';
import { dPath, filePath } from '../dpath.ts';
import { NAMESPACES, type NamespaceRef } from '../namespaces.ts';
import { namespaceInode } from '../nsfs.ts';
import { mayRead, mayWrite } from '../open-flags.ts';
import type { Inode } from '../types.ts';
import { mapsText } from './maps.ts';
import { openMemory } from './mem.ts';
import { mountinfoLines, mountLines } from './mounts.ts';
import { limitsText, onAllLevels, signalMask, statText, statusText } from './status.ts';
import { directory, link, type ProcEntry, type ProcTarget, textFile } from './tree.ts';

/** The files of /proc/PID. Linux: fs/proc/base.c tgid_base_stuff. */

/** Throws ENOENT for a task that is gone. */
function taskOf(k: Kernel, target: ProcTarget): Task {
  const task = k.state.tasks.get(target.pid);
  if (!task) throw new SyscallError(ENOENT);
  return task;
}

function ofTask(show: (k: Kernel, task: Task) => string, mode = 0o444): ProcEntry {
  return textFile((k, target) => show(k, taskOf(k, target)), mode);
}

/** A link that only who may trace the task may follow. Linux: proc_fd_access_allowed(). */
function guarded<T>(follow: (k: Kernel, task: Task) => T): (k: Kernel, target: ProcTarget, reader: Task) => T {
  return (k, target, reader) => {
    const task = taskOf(k, target);
    if (!ptraceMayAccess(reader, task)) throw new SyscallError(EACCES);
    return follow(k, task);
  };
}

function userText(k: Kernel, task: Task, start: number, end: number): string {
  return task.mm ? bytesToString(copyFromUserPartial(k, task.mm, start, Math.max(0, end - start))) : '';
}

function exe(_k: Kernel, task: Task): string {
  if (!task.mm) throw new SyscallError(ENOENT);
  return task.mm.exePath;
}

function cwd(_k: Kernel, task: Task): Inode {
  if (!task.fs) throw new SyscallError(ENOENT);
  return task.fs.cwd;
}

function rootDirectory(_k: Kernel, task: Task): Inode {
  if (!task.fs) throw new SyscallError(ENOENT);
  return task.fs.root;
}

/** A link to an inode, shown as its path. */
function inodeLink(find: (k: Kernel, task: Task) => Inode): ProcEntry {
  return { mode: S_IFLNK | 0o777, follow: guarded(find), linkText: guarded((k, task) => dPath(find(k, task))) };
}

function openFileOf(k: Kernel, target: ProcTarget): NonNullable<Files['fd'][number]> {
  const entry = taskOf(k, target).files?.fd[target.fd];
  if (!entry) throw new SyscallError(ENOENT);
  return entry;
}

const FD_LINK: ProcEntry = {
  mode: S_IFLNK,
  permissions: (k, target) => {
    const { file } = openFileOf(k, target);
    return (mayRead(file) ? 0o500 : 0) | (mayWrite(file) ? 0o300 : 0);
  },
  follow: (k, target) => openFileOf(k, target).file.inode,
  linkText: (k, target) => filePath(openFileOf(k, target).file),
};

/** What is told of a descriptor that is no file. Linux: eventfd_show_fdinfo(), signalfd_show_fdinfo(), pidfd_show_fdinfo(). */
function anonInfo(data: PrivateData | null): string {
  if (data?.kind === 'eventfd') return `eventfd-count: ${data.count.toString(16).padStart(16)}\n`;
  if (data?.kind === 'signalfd') return `sigmask:\t${signalMask(data.mask)}\n`;
  if (data?.kind !== 'pidfd') return '';
  const { task } = data;
  return task.state === 'dead'
    ? 'Pid:\t-1\nNSpid:\t-1\n'
    : `Pid:\t${task.pid}\nNSpid:\t${onAllLevels(task, task.pid)}\n`;
}

const FD_INFO = textFile((k, target) => {
  const { file } = openFileOf(k, target);
  const common = `pos:\t${file.pos}\nflags:\t0${file.flags.toString(8)}\nmnt_id:\t20\nino:\t${file.inode.ino}\n`;
  return common + anonInfo(file.privateData);
}, 0o444);

function fdDirectory(entry: ProcEntry): ProcEntry {
  return {
    mode: S_IFDIR | 0o500,
    many: {
      entry,
      names: (k, target) => {
        const fds = taskOf(k, target).files?.fd ?? [];
        return fds.flatMap((open, fd) => (open ? [String(fd)] : []));
      },
      find: (k, target, name) => {
        if (!/^(0|[1-9][0-9]*)$/.test(name)) return null;
        const fd = Number(name);
        return taskOf(k, target).files?.fd[fd] ? { pid: target.pid, fd } : null;
      },
    },
  };
}

/** A link to a namespace. Linux: fs/proc/namespaces.c. */
function namespaceLink(file: string, of: (task: Task) => NamespaceRef | null): ProcEntry {
  const kind = file.replace('_for_children', '');
  const found = (task: Task): NamespaceRef => {
    const namespace = of(task);
    if (!namespace) throw new SyscallError(ENOENT);
    return namespace;
  };
  return {
    mode: S_IFLNK | 0o777,
    follow: guarded((_k, task) => namespaceInode(found(task))),
    linkText: guarded((_k, task) => `${kind}:[${found(task).ns.ino}]`),
  };
}

const NAMESPACE_LINKS = Object.entries(NAMESPACES).map(([file, of]) => [file, namespaceLink(file, of)] as const);

/** A thread names itself and its siblings. Linux: comm_write(). */
const COMM: ProcEntry = {
  ...ofTask((_k, task) => `${task.comm}\n`, 0o644),
  store: (k, target, writer, text) => {
    const task = taskOf(k, target);
    if (task.tgid !== writer.tgid) return -EINVAL;
    task.comm = text.slice(0, TASK_COMM_LEN - 1).replace(/\0.*/s, '');
    return 0;
  },
};

const TASK_FILES: { readonly [name: string]: ProcEntry } = {
  exe: link(guarded(exe)),
  cwd: inodeLink(cwd),
  root: inodeLink(rootDirectory),
  fd: fdDirectory(FD_LINK),
  fdinfo: fdDirectory(FD_INFO),
  cmdline: ofTask((k, task) => userText(k, task, task.mm?.argStart ?? 0, task.mm?.argEnd ?? 0)),
  environ: ofTask((k, task) => userText(k, task, task.mm?.envStart ?? 0, task.mm?.envEnd ?? 0), 0o400),
  auxv: ofTask((_k, task) => bytesToString(task.mm?.auxv ?? new Uint8Array(0)), 0o400),
  comm: COMM,
  mem: { mode: S_IFREG | 0o600, open: (k, target, opener) => openMemory(opener, taskOf(k, target)) },
  maps: ofTask(mapsText),
  stat: ofTask(statText),
  status: ofTask(statusText),
  limits: ofTask(limitsText),
  ns: directory(Object.fromEntries(NAMESPACE_LINKS), 0o511),
  mounts: ofTask((k) => mountLines(k)),
  mountinfo: ofTask((k) => mountinfoLines(k)),
};

/** Pids of the group's threads, a leader that ended before others included. */
function threadPids(k: Kernel, target: ProcTarget): number[] {
  const task = taskOf(k, target);
  return threadGroup(k, k.state.tasks.get(task.tgid) ?? task).map(({ pid }) => pid);
}

/** /proc/PID/task: the threads of the group. */
const TASK_DIRECTORY: ProcEntry = {
  mode: S_IFDIR | 0o555,
  many: {
    entry: directory(TASK_FILES),
    names: (k, target) => threadPids(k, target).map(String),
    find: (k, target, name) => {
      const pid = Number(name);
      return threadPids(k, target).includes(pid) && String(pid) === name ? { pid, fd: 0 } : null;
    },
  },
};

export const PID_DIRECTORY = directory({ ...TASK_FILES, task: TASK_DIRECTORY });
