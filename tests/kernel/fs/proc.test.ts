import { describe, expect, test } from 'vitest';
import { EACCES, EINVAL, ENOENT, EPERM } from '../../../kernel/abi/errno.ts';
import { O_CREAT, O_RDONLY, O_RDWR } from '../../../kernel/abi/fcntl.ts';
import { PROC_SUPER_MAGIC, TMPFS_MAGIC } from '../../../kernel/abi/statfs.ts';
import { statfs } from '../../../kernel/abi/structs.ts';
import { readU32 } from '../../../kernel/bytes.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_chdir, sys_readlink } from '../../../kernel/syscalls/dir.ts';
import { sys_close, sys_open } from '../../../kernel/syscalls/open.ts';
import { sys_unlink } from '../../../kernel/syscalls/path.ts';
import { sys_pipe } from '../../../kernel/syscalls/pipe.ts';
import { sys_read, sys_write } from '../../../kernel/syscalls/read-write.ts';
import { sys_access } from '../../../kernel/syscalls/stat.ts';
import { sys_statfs, sys_statfs64 } from '../../../kernel/syscalls/statfs.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { bareTask, becomeFsuid, call, consoleTask, ISAS, pair, run, text } from './harness.ts';

function read(k: Kernel, task: Task, path: string): string {
  const fd = call(k, task, sys_open, path, O_RDONLY, 0);
  expect(fd).toBeGreaterThanOrEqual(0);
  const { result, out } = run(k, task, sys_read, [fd, { out: 8192 }, 8192]);
  call(k, task, sys_close, fd);
  return text(out[0], result);
}

function link(k: Kernel, task: Task, path: string): string {
  const { result, out } = run(k, task, sys_readlink, [path, { out: 256 }, 256]);
  return result < 0 ? String(result) : text(out[0], result);
}

describe.each(ISAS)('/proc on %s', (isa) => {
  test('tells of the reader itself', () => {
    const k = testKernel(undefined, { hostname: 'box' });
    const task = consoleTask(k, isa);
    expect(link(k, task, '/proc/self')).toBe(String(task.pid));
    expect(read(k, task, '/proc/self/stat')).toMatch(/^1000 \(test\) R 1 1000 1000 /);
    expect(read(k, task, '/proc/self/comm')).toBe('test\n');
    expect(read(k, task, '/proc/self/status')).toContain(`\nPid:\t${task.pid}\n`);
    expect(read(k, task, '/proc/self/maps')).toBe('00100000-00200000 rw-p 00000000 00:00 0 \n');
    expect(read(k, task, '/proc/sys/kernel/hostname')).toBe('box\n');
    expect(read(k, task, '/proc/mounts')).toBe('tmpfs / tmpfs rw,relatime 0 0\nproc /proc proc rw,relatime 0 0\n');
  });

  test('shows the argument strings as they lie in memory', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    expect(call(k, task, sys_open, 'unused', 0, 0)).toBe(-ENOENT);
    if (task.mm) {
      task.mm.argStart = 0x10_0000;
      task.mm.argEnd = 0x10_0007;
    }
    // The path of this very open lies there: the text is made at the read.
    const fd = call(k, task, sys_open, '/proc/self/cmdline', O_RDONLY, 0);
    const { result, out } = run(k, task, sys_read, [fd, { out: 64 }, 64]);
    expect(result).toBe(7);
    expect(out[0]?.subarray(0, 7)).toEqual(new Uint8Array(7).fill(0xaa));
  });

  test('leads through fd to the open file itself', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const fd = call(k, task, sys_open, '/tmp/file', O_CREAT | O_RDWR, 0o644);
    expect(link(k, task, `/proc/self/fd/${fd}`)).toBe('/tmp/file');
    call(k, task, sys_write, fd, 'alive', 5);
    expect(call(k, task, sys_unlink, '/tmp/file')).toBe(0);
    expect(link(k, task, `/proc/self/fd/${fd}`)).toBe('/tmp/file (deleted)');
    expect(read(k, task, `/dev/fd/${fd}`)).toBe('alive');
    const [r] = pair(run(k, task, sys_pipe, [{ out: 8 }]).out[0]);
    expect(link(k, task, `/proc/self/fd/${r}`)).toMatch(/^pipe:\[\d+\]$/);
    expect(link(k, task, '/proc/self/fd/99')).toBe(String(-ENOENT));
  });

  test('shows other processes, and not those that are gone', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const other = bareTask(k, isa);
    expect(read(k, task, `/proc/${other.pid}/stat`)).toContain('(test)');
    expect(link(k, task, `/proc/${other.pid}/cwd`)).toBe('/');
    k.state.tasks.delete(other.pid);
    expect(call(k, task, sys_open, `/proc/${other.pid}/stat`, O_RDONLY, 0)).toBe(-ENOENT);
  });

  test('can be walked, but nothing be made or removed', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    expect(call(k, task, sys_chdir, '/proc/self/fd/..')).toBe(0);
    expect(call(k, task, sys_access, 'stat', 4)).toBe(0);
    expect(call(k, task, sys_open, '/proc/new', O_CREAT | O_RDWR, 0o644)).toBe(-ENOENT);
    expect(call(k, task, sys_unlink, '/proc/version')).toBe(-EPERM);
    becomeFsuid(task, 1000);
    expect(call(k, task, sys_unlink, '/proc/version')).toBe(-EACCES);
    becomeFsuid(task, 0);
    expect(call(k, task, sys_readlink, '/proc/version', { out: 8 }, 8)).toBe(-EINVAL);
  });

  test('has a file system of its own for statfs', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const type = (path: string): number => {
      const { out } = run(k, task, sys_statfs, [path, { out: statfs.size(isa) }]);
      return readU32(out[0] ?? new Uint8Array(4), 0);
    };
    expect([type('/tmp'), type('/proc/self')]).toEqual([TMPFS_MAGIC, PROC_SUPER_MAGIC]);
    expect(call(k, task, sys_statfs64, '/tmp', 1, { out: 200 })).toBe(-EINVAL);
  });
});
