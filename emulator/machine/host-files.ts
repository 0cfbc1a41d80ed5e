import type { BigIntStats } from 'node:fs';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { EACCES, EINVAL, EISDIR, ENOENT } from '../../kernel/abi/errno.ts';
import type { Errno, HostFiles, HostStat } from '../../kernel/ports.ts';

/** open(2) O_PATH: names an object without opening it, so a device or a FIFO is never touched. Node has no name for it. */
const O_PATH = 0o10000000;
const DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const OBJECT = O_PATH | constants.O_NOFOLLOW;
/** O_NONBLOCK: should the object have become something else, opening it still does not block. */
const CONTENT = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const MAX_OPEN_FILES = 64;

interface OpenFile {
  fd: number;
  dev: bigint;
  ino: bigint;
}

/** Host files behind the mounts, and their end: every descriptor of the host is given back. */
export interface HostFilesPort extends HostFiles {
  close(): void;
}

/**
 * Host files under the given host paths, one a mount (a directory or a single file), read-only.
 *
 * A path is walked one name at a time from a descriptor of the mount, each step as openat(O_PATH | O_NOFOLLOW) would
 * do it (through /proc/self/fd/N/name), so it cannot leave the mount: not by a symbolic link, not by `..`, and not when
 * the host's tree changes between two steps. Devices, sockets and FIFOs are -EACCES and are never opened.
 * Throws Node's error when a mount itself cannot be opened.
 */
export function createHostFiles(hostPaths: readonly string[]): HostFilesPort {
  const roots = hostPaths.map((path) => openSync(path, O_PATH));
  const open = new Map<string, OpenFile>();

  function forget(key: string, file: OpenFile): void {
    open.delete(key);
    closeSync(file.fd);
  }

  /** A descriptor for reading; the least recently used one makes room. */
  function content(mount: number, path: string): number | Errno {
    const key = `${mount}:${path}`;
    const known = open.get(key);
    if (known) {
      open.delete(key);
      open.set(key, known);
      return known.fd;
    }
    const found = openContent(roots, mount, path);
    if (typeof found === 'number') return found;
    for (const [oldKey, old] of open) {
      if (open.size < MAX_OPEN_FILES) break;
      forget(oldKey, old);
    }
    open.set(key, found);
    return found.fd;
  }

  return {
    lstat: (mount, path) =>
      attempt(() => {
        const stat = statOf(roots, mount, path);
        if (!stat) return -ENOENT;
        const key = `${mount}:${path}`;
        const known = open.get(key);
        if (known && (known.ino !== stat.ino || known.dev !== stat.dev)) forget(key, known);
        return hostStat(stat);
      }),
    readlink: (mount, path) =>
      attempt(() =>
        inParent(roots, mount, path, (at) => (at === null ? -EINVAL : readlinkSync(at, { encoding: 'latin1' }))),
      ),
    readdir: (mount, path) =>
      attempt(() =>
        withObject(roots, mount, path, DIRECTORY, (fd) => readdirSync(`/proc/self/fd/${fd}`, { encoding: 'latin1' })),
      ),
    read: (mount, path, offset, lenBytes) =>
      attempt(() => {
        const fd = content(mount, path);
        return fd < 0 ? fd : readAt(fd, offset, lenBytes);
      }),
    close() {
      for (const file of open.values()) closeSync(file.fd);
      open.clear();
      for (const fd of roots.splice(0)) closeSync(fd);
    },
  };
}

/** What the host refuses becomes -errno; anything else is our own fault and passes through. */
function attempt<T>(act: () => T): T | Errno {
  try {
    return act();
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
    if (typeof errno === 'number' && errno < 0) return errno;
    throw error;
  }
}

/** The kernel walks paths itself: these never come from it. */
function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw Object.assign(new Error(`bad name in a host path: ${JSON.stringify(name)}`), { errno: -EACCES });
  }
}

/** `name` inside the directory behind `fd`: what openat(fd, name) means. Names are byte strings. */
function inside(fd: number, name: string): Buffer {
  checkName(name);
  return Buffer.from(`/proc/self/fd/${fd}/${name}`, 'latin1');
}

function rootOf(roots: readonly number[], mount: number): number {
  const fd = roots[mount];
  if (fd === undefined) throw new Error(`no host mount ${mount}`);
  return fd;
}

/** Runs `use` on the path of the object in its opened parent directory, or on null for the mount itself. */
function inParent<T>(roots: readonly number[], mount: number, path: string, use: (at: Buffer | null) => T): T {
  if (path === '') return use(null);
  const names = path.split('/');
  const last = names.pop() ?? '';
  let fd = rootOf(roots, mount);
  let opened = -1;
  try {
    for (const name of names) {
      const next = openSync(inside(fd, name), DIRECTORY);
      if (opened >= 0) closeSync(opened);
      opened = fd = next;
    }
    return use(inside(fd, last));
  } finally {
    if (opened >= 0) closeSync(opened);
  }
}

/** Runs `use` on an O_PATH descriptor of the object. */
function withObject<T>(
  roots: readonly number[],
  mount: number,
  path: string,
  flags: number,
  use: (fd: number) => T,
): T {
  if (path === '') return use(rootOf(roots, mount));
  return inParent(roots, mount, path, (at) => {
    const fd = openSync(at ?? '', flags);
    try {
      return use(fd);
    } finally {
      closeSync(fd);
    }
  });
}

function statOf(roots: readonly number[], mount: number, path: string): BigIntStats | undefined {
  if (path === '') return fstatSync(rootOf(roots, mount), { bigint: true });
  return inParent(roots, mount, path, (at) => lstatSync(at ?? '', { bigint: true, throwIfNoEntry: false }));
}

function hostStat(stat: BigIntStats): HostStat | Errno {
  const type = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'symlink' : null;
  if (type === null) return -EACCES;
  return {
    type,
    mode: Number(stat.mode) & 0o7777,
    lenBytes: Number(stat.size),
    ino: Number(stat.ino),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtimeNs: stat.mtimeNs,
  };
}

function openContent(roots: readonly number[], mount: number, path: string): OpenFile | Errno {
  return withObject(roots, mount, path, OBJECT, (object) => {
    const stat = fstatSync(object, { bigint: true });
    if (stat.isDirectory()) return -EISDIR;
    if (!stat.isFile()) return -EACCES;
    return { fd: openSync(`/proc/self/fd/${object}`, CONTENT), dev: stat.dev, ino: stat.ino };
  });
}

function readAt(fd: number, offset: number, lenBytes: number): Uint8Array {
  const bytes = new Uint8Array(lenBytes);
  let done = 0;
  while (done < lenBytes) {
    const n = readSync(fd, bytes, done, lenBytes - done, offset + done);
    if (n === 0) break;
    done += n;
  }
  return done === lenBytes ? bytes : bytes.subarray(0, done);
}
