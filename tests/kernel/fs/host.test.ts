import { describe, expect, test } from 'vitest';
import { EACCES, EISDIR, ELOOP, ENODEV, ENOENT, EROFS, EXDEV } from '../../../kernel/abi/errno.ts';
import { AT_FDCWD, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, openFlags } from '../../../kernel/abi/fcntl.ts';
import { MAP_PRIVATE, MAP_SHARED, PROT_READ, PROT_WRITE } from '../../../kernel/abi/mman.ts';
import { stat } from '../../../kernel/abi/structs.ts';
import { fdget, fput } from '../../../kernel/fs/file.ts';
import { mountHost } from '../../../kernel/fs/mount.ts';
import { pathLookup } from '../../../kernel/fs/namei.ts';
import { fileSize, kernelRead, mayMmap, openExec } from '../../../kernel/fs/read.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_chmod } from '../../../kernel/syscalls/attr.ts';
import { sys_chdir, sys_chroot, sys_getcwd, sys_getdents64, sys_readlink } from '../../../kernel/syscalls/dir.ts';
import { sys_open } from '../../../kernel/syscalls/open.ts';
import { sys_link, sys_mkdir, sys_rename, sys_symlink, sys_unlink } from '../../../kernel/syscalls/path.ts';
import { sys_read, sys_sendfile } from '../../../kernel/syscalls/read-write.ts';
import { SyscallError } from '../../../kernel/syscalls/row.ts';
import { sys_access, sys_stat } from '../../../kernel/syscalls/stat.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { bareTask, call, consoleTask, type HostTree, hostTree, ISAS, run, scriptedConsole, text } from './harness.ts';

const TREE: HostTree = {
  bin: { tool: 'ELF...', 'to-tool': { link: 'tool' }, abs: { link: '/host/bin/tool' } },
  etc: { up: { link: '../../..' }, self: { link: 'self' }, outside: { link: '/tmp/x' } },
  readme: 'read me',
};

function mounted(isa: IsaName): { k: Kernel; task: Task } {
  const hostFiles = hostTree([TREE, 'PROGRAM']);
  const k = testKernel(undefined, { hostFiles });
  mountHost(k, '/host', 0, hostFiles.stat(0));
  mountHost(k, '/home/me/prog', 1, hostFiles.stat(1));
  return { k, task: bareTask(k, isa) };
}

function thrown(action: () => unknown): number {
  try {
    action();
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
  return 0;
}

function listed(k: Kernel, task: Task, path: string, isa: IsaName): string[] {
  const fd = call(k, task, sys_open, path, openFlags(isa).O_DIRECTORY, 0);
  const { result, out } = run(k, task, sys_getdents64, [fd, { out: 4096 }, 4096]);
  const names: string[] = [];
  const bytes = out[0] ?? new Uint8Array(0);
  for (let at = 0; at < result; at += bytes[at + 16] ?? 1) {
    names.push(text(bytes.subarray(at + 19)).split('\0')[0] ?? '');
  }
  return names;
}

describe.each(ISAS)('host mounts on %s', (isa) => {
  test('show files and directories, links resolved in the guest', () => {
    const { k, task } = mounted(isa);
    for (const path of ['/host/bin/tool', '/host/bin/to-tool', '/host/bin/abs', '/host/etc/up/host/bin/tool']) {
      const fd = call(k, task, sys_open, path, O_RDONLY, 0);
      expect(text(run(k, task, sys_read, [fd, { out: 16 }, 16]).out[0], 6)).toBe('ELF...');
    }
    expect(listed(k, task, '/host', isa)).toEqual(['.', '..', 'bin', 'etc', 'readme']);
    expect(call(k, task, sys_open, '/host/etc/self', O_RDONLY, 0)).toBe(-ELOOP);
    expect(call(k, task, sys_open, '/host/etc/outside', O_RDONLY, 0)).toBe(-ENOENT);
    expect(call(k, task, sys_open, '/host/etc/outside', O_CREAT | O_WRONLY, 0o644)).toBeGreaterThan(0);
    expect(call(k, task, sys_access, '/tmp/x', 0)).toBe(0);
  });

  test('hold a single file too, in directories made for it', () => {
    const { k, task } = mounted(isa);
    expect(listed(k, task, '/home/me', isa)).toEqual(['.', '..', 'prog']);
    const fd = call(k, task, sys_open, '/home/me/prog', O_RDONLY, 0);
    expect(text(run(k, task, sys_read, [fd, { out: 16 }, 16]).out[0], 7)).toBe('PROGRAM');
  });

  test('cannot be changed', () => {
    const { k, task } = mounted(isa);
    const write = O_WRONLY | O_CREAT;
    expect(call(k, task, sys_open, '/host/new', write, 0o644)).toBe(-EROFS);
    expect(call(k, task, sys_open, '/host/readme', O_RDWR, 0)).toBe(-EROFS);
    expect(call(k, task, sys_open, '/host/readme', O_RDONLY | O_TRUNC, 0)).toBe(-EROFS);
    expect(call(k, task, sys_open, '/host/bin', O_WRONLY, 0)).toBe(-EISDIR);
    expect(call(k, task, sys_unlink, '/host/readme')).toBe(-EROFS);
    expect(call(k, task, sys_mkdir, '/host/d', 0o755)).toBe(-EROFS);
    expect(call(k, task, sys_chmod, '/host/readme', 0)).toBe(-EROFS);
    expect(call(k, task, sys_symlink, 'x', '/host/x')).toBe(-EROFS);
    expect(call(k, task, sys_rename, '/host/readme', '/tmp/readme')).toBe(-EXDEV);
    expect(call(k, task, sys_link, '/host/readme', '/tmp/readme')).toBe(-EXDEV);
    expect(call(k, task, sys_access, '/host/readme', 2)).toBe(-EROFS);
  });

  test('give each file one inode while the host keeps it', () => {
    const { k, task } = mounted(isa);
    const lookup = (path: string) => pathLookup(k, task, AT_FDCWD, path);
    expect(lookup('/host/bin/to-tool')).toBe(lookup('/host/etc/../bin/tool'));
    const { out } = run(k, task, sys_stat, ['/host/readme', { out: stat.size(isa) }]);
    const { st_size, st_mtime, st_mtime_nsec } = stat.decode(isa, out[0] ?? new Uint8Array(0));
    expect({ st_size, st_mtime, st_mtime_nsec }).toEqual({ st_size: 7, st_mtime: 5, st_mtime_nsec: 1 });
  });

  test('may lie under the whole tree, with /dev, /proc and /tmp on top', () => {
    const hostFiles = hostTree([{ ...TREE, tmp: { hidden: 'x' } }]);
    const k = testKernel(undefined, { hostFiles });
    mountHost(k, '/', 0, hostFiles.stat(0));
    const task = consoleTask(k, isa);
    expect(listed(k, task, '/', isa)).toEqual(['.', '..', 'bin', 'dev', 'etc', 'proc', 'readme', 'tmp']);
    expect(call(k, task, sys_open, '/tmp/hidden', O_RDONLY, 0)).toBe(-ENOENT);
    expect(call(k, task, sys_open, '/tmp/new', O_CREAT | O_RDWR, 0o644)).toBeGreaterThan(0);
    expect(call(k, task, sys_mkdir, '/new', 0o755)).toBe(-EROFS);
    expect(call(k, task, sys_chdir, '/bin')).toBe(0);
    expect(text(run(k, task, sys_getcwd, [{ out: 16 }, 16]).out[0], 4)).toBe('/bin');
  });

  test('let a chroot hide what is outside', () => {
    const { k, task } = mounted(isa);
    expect(call(k, task, sys_chroot, '/host')).toBe(0);
    expect(call(k, task, sys_chdir, '/')).toBe(0);
    expect(call(k, task, sys_access, '/../../bin/tool', 4)).toBe(0);
    expect(call(k, task, sys_access, '/etc/up/bin', 4)).toBe(0);
    expect(call(k, task, sys_access, '/tmp', 4)).toBe(-ENOENT);
  });
});

describe('files for exec and mmap', () => {
  test('openExec gives a file with one reference, or the errno of execve', () => {
    const { k, task } = mounted('x86_64');
    const file = openExec(k, task, '/host/bin/to-tool');
    expect([file.path, file.count, fileSize(k, file)]).toEqual(['/host/bin/tool', 1, 6]);
    expect(text(kernelRead(k, file, 3, 100))).toBe('...');
    expect(kernelRead(k, file, 6, 10)).toHaveLength(0);
    fput(k, file);
    expect(file.inode.opens).toBe(0);
    expect(thrown(() => openExec(k, task, '/host/bin'))).toBe(EACCES);
    expect(thrown(() => openExec(k, task, '/dev/null'))).toBe(EACCES);
    expect(thrown(() => openExec(k, task, ''))).toBe(ENOENT);
    call(k, task, sys_open, '/tmp/plain', O_CREAT | O_RDWR, 0o644);
    expect(thrown(() => openExec(k, task, '/tmp/plain'))).toBe(EACCES);
  });

  test('a file can be mapped as it was opened', () => {
    const { k, task } = mounted('x86_64');
    const host = fdget(task, call(k, task, sys_open, '/host/readme', O_RDONLY, 0));
    expect(mayMmap(host, PROT_READ | PROT_WRITE, MAP_PRIVATE)).toBe(0);
    expect(mayMmap(host, PROT_READ | PROT_WRITE, MAP_SHARED)).toBe(-EACCES);
    const writeOnly = fdget(task, call(k, task, sys_open, '/tmp/w', O_CREAT | O_WRONLY, 0o644));
    expect(mayMmap(writeOnly, PROT_READ, MAP_PRIVATE)).toBe(-EACCES);
    const directory = fdget(task, call(k, task, sys_open, '/tmp', O_RDONLY, 0));
    expect(mayMmap(directory, PROT_READ, MAP_PRIVATE)).toBe(-ENODEV);
  });

  test('sendfile copies a host file to the console and moves the position', () => {
    const hostFiles = hostTree([TREE]);
    const console = scriptedConsole([]);
    const k = testKernel(undefined, { hostFiles, console });
    mountHost(k, '/host', 0, hostFiles.stat(0));
    const task = consoleTask(k, 'x86_64');
    const fd = call(k, task, sys_open, '/host/readme', O_RDONLY, 0);
    expect(call(k, task, sys_sendfile, 1, fd, 0, 4)).toBe(4);
    expect(call(k, task, sys_sendfile, 1, fd, 0, 1000)).toBe(3);
    expect(call(k, task, sys_sendfile, 1, fd, 0, 1000)).toBe(0);
    expect(console.written.join('')).toBe('1:read1: me');
    expect(text(run(k, task, sys_readlink, ['/proc/self/fd/3', { out: 20 }, 20]).out[0], 12)).toBe('/host/readme');
  });
});
