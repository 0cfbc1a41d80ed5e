import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Mount } from '../../emulator/machine/machine.ts';
import { CliError, STATUS } from './errors.ts';

/** Where PROGRAM was found: its path in the guest, and what is mounted so that it is there. */
export interface FoundProgram {
  readonly guestPath: string;
  readonly mounts: readonly Mount[];
}

const SYSROOT_PATH = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin'];

/**
 * Find PROGRAM. A path with a slash is the host's; with a sysroot, an absolute one is looked for there first. A plain name
 * is looked for in this directory, in the sysroot's usual directories, then in PATH. A program of the host is mounted
 * by itself at its own absolute path. Throws CliError 127 when there is none, 126 when it is no file.
 */
export function findProgram(name: string, mounts: readonly Mount[], sysroot: string | undefined): FoundProgram {
  const found = name.includes('/') ? findPath(name, sysroot) : findName(name, sysroot);
  if (found === null) {
    throw new CliError(`${name}: no such program`, {
      status: STATUS.notFound,
      hint: name.includes('/')
        ? 'Give the path of an executable.'
        : 'Give its path: ./NAME, or a name in this directory or in PATH.',
    });
  }
  if (found.inSysroot) return { guestPath: found.path, mounts };
  const stat = statSync(found.path);
  if (!stat.isFile()) {
    throw new CliError(`${name}: ${stat.isDirectory() ? 'is a directory' : 'is not a regular file'}`, {
      status: STATUS.notExecutable,
      hint: 'Give the path of an executable file.',
    });
  }
  if (isMounted(found.path, mounts)) return { guestPath: found.path, mounts };
  return { guestPath: found.path, mounts: [...mounts, { hostPath: found.path, guestPath: found.path }] };
}

interface Place {
  path: string;
  inSysroot: boolean;
}

function findPath(name: string, sysroot: string | undefined): Place | null {
  if (sysroot !== undefined && isAbsolute(name) && exists(join(sysroot, name))) return { path: name, inSysroot: true };
  const path = resolve(name);
  return exists(path) ? { path, inSysroot: false } : null;
}

function findName(name: string, sysroot: string | undefined): Place | null {
  if (exists(resolve(name)) && statSync(resolve(name)).isFile()) return { path: resolve(name), inSysroot: false };
  if (sysroot !== undefined) {
    for (const directory of SYSROOT_PATH) {
      if (isExecutable(join(sysroot, directory, name))) return { path: join(directory, name), inSysroot: true };
    }
  }
  for (const directory of (process.env.PATH ?? '').split(':')) {
    const path = resolve(directory || '.', name);
    if (isExecutable(path)) return { path, inSysroot: false };
  }
  return null;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isExecutable(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** True when the guest sees the host's path at the same path, through a mount. */
export function isMounted(path: string, mounts: readonly Mount[]): boolean {
  return mounts.some(({ hostPath, guestPath }) => {
    if (guestPath !== hostPath) return false;
    return path === hostPath || path.startsWith(hostPath.endsWith('/') ? hostPath : `${hostPath}/`);
  });
}

/** One `--mount HOST[:GUEST]`. Throws CliError when it is wrong or not there. */
export function parseMount(text: string): Mount {
  const [host = '', guest, mode, ...rest] = splitMount(text);
  if (mode === 'rw') {
    throw new CliError(`--mount ${text}: writable mounts are not there yet`, {
      hint: 'Leave out :rw; mounts are read-only.',
    });
  }
  if (host === '' || guest === '' || (mode !== undefined && mode !== 'ro') || rest.length > 0) {
    throw new CliError(`--mount ${text}: not HOST[:GUEST]`, {
      hint: 'For example --mount /usr/share or --mount ./data:/data.',
    });
  }
  const hostPath = resolve(host);
  if (!exists(hostPath)) throw new CliError(`--mount ${host}: no such file or directory`);
  const guestPath = guest ?? hostPath;
  if (!isAbsolute(guestPath)) throw new CliError(`--mount ${text}: ${guestPath}: the guest's path starts with /`);
  return { hostPath, guestPath: resolve(guestPath) };
}

/** HOST, HOST:GUEST, HOST:rw or HOST:GUEST:rw as [host, guest, mode]. */
function splitMount(text: string): (string | undefined)[] {
  const parts = text.split(':');
  if (parts.length === 2 && (parts[1] === 'rw' || parts[1] === 'ro')) return [parts[0], undefined, parts[1]];
  return parts;
}

/** The sysroot as a mount on `/`. */
export function sysrootMount(path: string): Mount {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) throw new CliError(`-L ${path}: ${stat ? 'not a directory' : 'no such directory'}`);
  return { hostPath: realpathSync(path), guestPath: '/' };
}
