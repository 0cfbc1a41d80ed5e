import { S_IFCHR, S_IFDIR, S_IFLNK } from '../abi/stat.ts';
import type { HostStat } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { consoleInode, installConsole, newTty } from './console.ts';
import { DEV_CONSOLE, DEV_FULL, DEV_NULL, DEV_RANDOM, DEV_TTY, DEV_URANDOM, DEV_ZERO } from './device.ts';
import { hostInode, hostLookup } from './hostfs.ts';
import { blankInode, isDirectory, newInode } from './inode.ts';
import { procRootInode } from './proc/index.ts';
import { addEntry } from './ramfs.ts';
import type { Inode } from './types.ts';

/** The root of a tree that has nothing in it yet: what KernelState starts with. */
export function rootInode(): Inode {
  const root = blankInode(1, 'directory', S_IFDIR | 0o755);
  root.nlink = 2;
  root.entries = new Map();
  root.parent = root;
  return root;
}

/** Fill `k.state.root`: /dev, /proc, /tmp. */
export function createRoot(k: Kernel): void {
  const { root } = k.state;
  makeDirectory(k, root, 'tmp', 0o1777);
  const proc = procRootInode(k);
  proc.mountPoint = true;
  addEntry(k, root, 'proc', proc);
  const dev = makeDirectory(k, root, 'dev', 0o755);
  const devices: [string, number][] = [
    ['null', DEV_NULL],
    ['zero', DEV_ZERO],
    ['full', DEV_FULL],
    ['random', DEV_RANDOM],
    ['urandom', DEV_URANDOM],
  ];
  for (const [name, rdev] of devices) {
    const inode = newInode(k, 'device', S_IFCHR | 0o666, null);
    inode.rdev = rdev;
    addEntry(k, dev, name, inode);
  }
  // POSIX shared memory and semaphores of the C libraries.
  makeDirectory(k, dev, 'shm', 0o1777);
  const tty = newTty();
  addEntry(k, dev, 'console', consoleInode(k, DEV_CONSOLE, 0o600, tty));
  addEntry(k, dev, 'tty', consoleInode(k, DEV_TTY, 0o666, tty));
  const links: [string, string][] = [
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
  ];
  for (const [name, target] of links) {
    const inode = newInode(k, 'symlink', S_IFLNK | 0o777, null);
    inode.target = target;
    inode.size = target.length;
    addEntry(k, dev, name, inode);
  }
}

/** Descriptors 0, 1 and 2 of the first task. The tree must be as createRoot has left it. */
export function openConsole(k: Kernel, task: Task): void {
  const terminal = k.state.root.entries?.get('dev')?.entries?.get('console');
  if (!terminal) throw new Error('no /dev/console');
  installConsole(k, task, terminal);
}

/**
 * Mount a file or directory of the host, read-only: mount number `mountIndex` of k.hostFiles, `stat` of its root.
 * Directories on the way are made; what was at `guestPath` is hidden. `guestPath` is absolute, without `.` and `..`;
 * '/' itself puts the host's directory under the whole tree, with /dev, /proc and /tmp on top.
 */
export function mountHost(k: Kernel, guestPath: string, mountIndex: number, stat: HostStat): Inode {
  const names = guestPath.split('/').filter((name) => name !== '');
  const inode = hostInode(mountIndex, '', stat);
  inode.mountPoint = true;
  const name = names.pop();
  if (name === undefined) return mountRoot(k, inode);
  const dir = names.reduce((at, part) => directoryFor(k, at, part), k.state.root);
  inode.parent = dir;
  inode.name = name;
  dir.entries?.set(name, inode);
  return inode;
}

function mountRoot(k: Kernel, inode: Inode): Inode {
  const old = k.state.root;
  inode.parent = inode;
  inode.mountPoint = false;
  for (const [name, entry] of old.entries ?? []) {
    entry.parent = inode;
    entry.mountPoint = true;
    inode.entries?.set(name, entry);
  }
  k.state.root = inode;
  return inode;
}

/** The directory `name`, made when it is not there. In a host directory it is a mount point of its own. */
function directoryFor(k: Kernel, dir: Inode, name: string): Inode {
  const found = dir.kind === 'host' ? hostLookup(k, dir, name) : dir.entries?.get(name);
  if (found && isDirectory(found)) return found;
  if (dir.kind !== 'host') return makeDirectory(k, dir, name, 0o755);
  const made = newInode(k, 'directory', S_IFDIR | 0o755, null);
  made.parent = dir;
  made.name = name;
  made.mountPoint = true;
  dir.entries?.set(name, made);
  return made;
}

function makeDirectory(k: Kernel, dir: Inode, name: string, mode: number): Inode {
  const inode = newInode(k, 'directory', S_IFDIR | mode, null);
  addEntry(k, dir, name, inode);
  return inode;
}
