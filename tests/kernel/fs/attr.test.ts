import { describe, expect, test } from 'vitest';
import { EACCES, EBADF, EFBIG, EINVAL, EMFILE, EPERM } from '../../../kernel/abi/errno.ts';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CREAT, O_RDONLY, O_RDWR } from '../../../kernel/abi/fcntl.ts';
import { RLIMIT_FSIZE, RLIMIT_NOFILE } from '../../../kernel/abi/resource.ts';
import { kernelTimespec, stat, timespec, timeval } from '../../../kernel/abi/structs.ts';
import { fdget } from '../../../kernel/fs/file.ts';
import { pathLookup } from '../../../kernel/fs/namei.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { setRlimit } from '../../../kernel/rlimit.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_chmod, sys_chown } from '../../../kernel/syscalls/attr.ts';
import { sys_readlink } from '../../../kernel/syscalls/dir.ts';
import { sys_close, sys_close_range, sys_memfd_create, sys_open } from '../../../kernel/syscalls/open.ts';
import { sys_symlink, sys_unlink } from '../../../kernel/syscalls/path.ts';
import {
  sys_lseek,
  sys_pread64,
  sys_read,
  sys_readv,
  sys_write,
  sys_writev,
} from '../../../kernel/syscalls/read-write.ts';
import { sys_stat } from '../../../kernel/syscalls/stat.ts';
import { sys_fallocate, sys_ftruncate } from '../../../kernel/syscalls/truncate.ts';
import { sys_utimensat, sys_utimensat_time64, sys_utimes } from '../../../kernel/syscalls/utime.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { BAD, bareTask, becomeFsuid, call, ISAS, run, text } from './harness.ts';

const SIGXFSZ = 25;
const UTIME_NOW = 0x3fff_ffff;
const UTIME_OMIT = 0x3fff_fffe;

function setup(isa: IsaName): { k: Kernel; task: Task; fd: number } {
  const k = testKernel(undefined, { clock: { bootTimeNs: 1_000_000_000_000n } });
  const task = bareTask(k, isa);
  const fd = call(k, task, sys_open, '/tmp/f', O_CREAT | O_RDWR, 0o644);
  return { k, task, fd };
}

function times(k: Kernel, task: Task, path: string): { atime: number[]; mtime: number[] } {
  const { atime, mtime } = pathLookup(k, task, AT_FDCWD, path, { follow: false });
  return { atime: [...atime], mtime: [...mtime] };
}

function two(one: Uint8Array, other: Uint8Array): Uint8Array {
  return Uint8Array.from([...one, ...other]);
}

describe.each(ISAS)('attributes on %s', (isa) => {
  test('utimensat sets times, or leaves one, or takes the current one', () => {
    const { k, task } = setup(isa);
    const stamp = (tv_sec: number, tv_nsec: number): Uint8Array => timespec.encode(isa, { tv_sec, tv_nsec });
    expect(call(k, task, sys_utimensat, AT_FDCWD, '/tmp/f', two(stamp(5, 6), stamp(7, 8)), 0)).toBe(0);
    expect(times(k, task, '/tmp/f')).toEqual({ atime: [5, 6], mtime: [7, 8] });
    expect(call(k, task, sys_utimensat, AT_FDCWD, '/tmp/f', two(stamp(9, UTIME_OMIT), stamp(1, UTIME_NOW)), 0)).toBe(0);
    expect(times(k, task, '/tmp/f')).toEqual({ atime: [5, 6], mtime: [1000, 0] });
    expect(call(k, task, sys_utimensat, AT_FDCWD, BAD, two(stamp(0, UTIME_OMIT), stamp(0, UTIME_OMIT)), 0)).toBe(0);
    expect(call(k, task, sys_utimensat, AT_FDCWD, '/tmp/f', two(stamp(0, 1e9), stamp(0, 0)), 0)).toBe(-EINVAL);
    const long = kernelTimespec.encode(isa, { tv_sec: 2 ** 33, tv_nsec: 1 });
    expect(call(k, task, sys_utimensat_time64, 0, 0, two(long, long), 0)).toBe(0);
    expect(times(k, task, '/tmp/f').atime).toEqual([2 ** 33, 1]);
  });

  test('utimensat can change a link itself, and only its owner may set another time', () => {
    const { k, task } = setup(isa);
    call(k, task, sys_symlink, 'f', '/tmp/l');
    const stamp = timespec.encode(isa, { tv_sec: 3, tv_nsec: 4 });
    expect(call(k, task, sys_utimensat, AT_FDCWD, '/tmp/l', two(stamp, stamp), AT_SYMLINK_NOFOLLOW)).toBe(0);
    expect(times(k, task, '/tmp/l').mtime).toEqual([3, 4]);
    expect(times(k, task, '/tmp/f').mtime).toEqual([1000, 0]);
    becomeFsuid(task, 1000);
    expect(call(k, task, sys_utimensat, AT_FDCWD, '/tmp/f', two(stamp, stamp), 0)).toBe(-EPERM);
    expect(call(k, task, sys_utimensat, AT_FDCWD, '/tmp/f', 0, 0)).toBe(-EACCES);
    const moment = timeval.encode(isa, { tv_sec: 1, tv_usec: 1_000_000 });
    expect(call(k, task, sys_utimes, '/tmp/f', two(moment, moment))).toBe(-EINVAL);
  });

  test('chown takes the set-id bits away', () => {
    const { k, task } = setup(isa);
    expect(call(k, task, sys_chmod, '/tmp/f', 0o6755)).toBe(0);
    expect(call(k, task, sys_chown, '/tmp/f', 1000, -1)).toBe(0);
    const { out } = run(k, task, sys_stat, ['/tmp/f', { out: stat.size(isa) }]);
    const { st_mode, st_uid, st_gid } = stat.decode(isa, out[0] ?? new Uint8Array(0));
    expect([st_mode, st_uid, st_gid]).toEqual([0o100755, 1000, 0]);
  });

  test('RLIMIT_FSIZE cuts a write short, then is EFBIG with SIGXFSZ', () => {
    const { k, task, fd } = setup(isa);
    setRlimit(task.signal, RLIMIT_FSIZE, [10, 10]);
    expect(call(k, task, sys_write, fd, 'x'.repeat(20), 20)).toBe(10);
    expect(call(k, task, sys_write, fd, 'x', 1)).toBe(-EFBIG);
    expect(task.pending.queue.map((info) => info.signo)).toEqual([SIGXFSZ]);
    expect(call(k, task, sys_ftruncate, fd, 11)).toBe(-EFBIG);
  });

  test('RLIMIT_NOFILE is EMFILE before the path is looked at', () => {
    const { k, task } = setup(isa);
    setRlimit(task.signal, RLIMIT_NOFILE, [1, 1]);
    expect(call(k, task, sys_open, '/missing', O_RDONLY, 0)).toBe(-EMFILE);
  });

  test('readv and writev fill and take buffers in turn', () => {
    const { k, task, fd } = setup(isa);
    // The arena gives each argument its place: two buffers, then the iovec that names them.
    const word = isa === 'x86_64' ? 8 : 4;
    const iov = (...parts: [number, number][]): Uint8Array => {
      const bytes = new Uint8Array(parts.length * 2 * word);
      const view = new DataView(bytes.buffer);
      parts.forEach(([base, lenBytes], i) => {
        view.setUint32(i * 2 * word, base, true);
        view.setUint32(i * 2 * word + word, lenBytes, true);
      });
      return bytes;
    };
    const at = 0x10_0000 + 512 * 1024;
    expect(call(k, task, sys_writev, fd, iov([at, 3], [at, 0], [at + 8, 5]), 3)).toBe(8);
    expect(call(k, task, sys_lseek, fd, 0, 0)).toBe(0);
    expect(call(k, task, sys_readv, fd, iov([at, 3], [BAD, 5]), 2)).toBe(3);
    expect(call(k, task, sys_readv, fd, iov(), 0)).toBe(0);
    expect(call(k, task, sys_readv, fd, iov(), 1025)).toBe(-EINVAL);
    expect(call(k, task, sys_readv, fd, iov(), -1)).toBe(-EINVAL);
  });

  test('fallocate allocates, and punches holes of zeros', () => {
    const { k, task, fd } = setup(isa);
    call(k, task, sys_write, fd, 'y'.repeat(9000), 9000);
    expect(call(k, task, sys_fallocate, fd, 3, 4000, 4500)).toBe(0);
    const { out } = run(k, task, sys_pread64, [fd, { out: 12 }, 12, 3994]);
    expect(text(out[0])).toBe('yyyyyy\0\0\0\0\0\0');
    expect(call(k, task, sys_lseek, fd, 0, 4)).toBe(4096);
    expect(call(k, task, sys_fallocate, fd, 0, 0, 20_000)).toBe(0);
    expect(call(k, task, sys_lseek, fd, 0, 2)).toBe(20_000);
    expect(call(k, task, sys_fallocate, fd, 0, 0, 0)).toBe(-EINVAL);
    expect(call(k, task, sys_pread64, fd, { out: 1 }, 1, -1)).toBe(-EINVAL);
  });

  test('memfd_create makes a file without a name', () => {
    const { k, task } = setup(isa);
    const fd = call(k, task, sys_memfd_create, 'scratch', 1);
    expect(call(k, task, sys_write, fd, 'abc', 3)).toBe(3);
    const { result, out } = run(k, task, sys_readlink, [`/proc/self/fd/${fd}`, { out: 64 }, 64]);
    expect(text(out[0], result)).toBe('/memfd:scratch (deleted)');
    expect(call(k, task, sys_memfd_create, 'x', 0x40)).toBe(-EINVAL);
    expect(call(k, task, sys_memfd_create, 'n'.repeat(250), 0)).toBe(-EINVAL);
  });

  test('an unlinked file lives until its last descriptor is closed, and gives its bytes back', () => {
    const { k, task, fd } = setup(isa);
    call(k, task, sys_write, fd, 'abc', 3);
    const { inode } = fdget(task, fd);
    expect(call(k, task, sys_unlink, '/tmp/f')).toBe(0);
    call(k, task, sys_lseek, fd, 0, 0);
    expect(run(k, task, sys_read, [fd, { out: 3 }, 3]).result).toBe(3);
    expect(call(k, task, sys_close, fd)).toBe(0);
    expect([inode.opens, inode.data]).toEqual([0, null]);
  });

  test('close_range closes or marks what is open in the range', () => {
    const { k, task } = setup(isa);
    for (let i = 0; i < 4; i++) call(k, task, sys_open, '/tmp/f', O_RDONLY, 0);
    expect(call(k, task, sys_close_range, 1, 2, 0)).toBe(0);
    expect(call(k, task, sys_close, 1)).toBe(-EBADF);
    expect(call(k, task, sys_close_range, 3, 0xffff_ffff, 4)).toBe(0);
    expect(task.files?.fd.map((entry) => entry?.cloexec ?? null)).toEqual([false, null, null, true, true]);
    expect(call(k, task, sys_close_range, 3, 2, 0)).toBe(-EINVAL);
  });
});
