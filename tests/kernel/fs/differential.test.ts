import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as F from '../../../kernel/abi/fcntl.ts';
import { S_IFIFO, S_ISDIR } from '../../../kernel/abi/stat.ts';
import { stat, stat64 } from '../../../kernel/abi/structs.ts';
import { exitFiles } from '../../../kernel/fs/file.ts';
import { fromUserFlags } from '../../../kernel/fs/open-flags.ts';
import type { Inode } from '../../../kernel/fs/types.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { sys_chmod, sys_chown, sys_fchmod } from '../../../kernel/syscalls/attr.ts';
import { sys_chdir, sys_getdents64, sys_readlink } from '../../../kernel/syscalls/dir.ts';
import { sys_dup, sys_dup2, sys_dup3, sys_fcntl, sys_flock } from '../../../kernel/syscalls/fd.ts';
import { sys_close, sys_open, sys_umask } from '../../../kernel/syscalls/open.ts';
import {
  sys_link,
  sys_linkat,
  sys_mkdir,
  sys_mknod,
  sys_rename,
  sys_renameat2,
  sys_rmdir,
  sys_symlink,
  sys_unlink,
} from '../../../kernel/syscalls/path.ts';
import { sys_pipe2 } from '../../../kernel/syscalls/pipe.ts';
import { sys_lseek, sys_pread64, sys_pwrite64, sys_read, sys_write } from '../../../kernel/syscalls/read-write.ts';
import type { SyscallRow } from '../../../kernel/syscalls/row.ts';
import {
  sys_access,
  sys_faccessat2,
  sys_fstat,
  sys_fstat64,
  sys_lstat,
  sys_lstat64,
  sys_stat,
  sys_stat64,
} from '../../../kernel/syscalls/stat.ts';
import { sys_ftruncate, sys_truncate } from '../../../kernel/syscalls/truncate.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { becomeFsuid, call, consoleTask, ISAS, type Outcome, run, text } from './harness.ts';
import { type NativeCall, noOracle, runNatively } from './native.ts';

/**
 * Random sequences of calls on a small set of names, on Linux's tmpfs and on ours: every result and every byte that
 * user space can see must be the same. No call may block, so every open and every pipe has O_NONBLOCK.
 */

const MISSING = 'missing/x';
const LONG = 'n'.repeat(256);
const names = fc.constantFrom('a', 'b', 'c', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'l', 'l/a', 'k');
const odd = fc.constantFrom(
  'a/',
  'd/',
  'l/',
  './a',
  'd/..',
  'd/.',
  '.',
  '',
  'd//',
  'a/b',
  MISSING,
  'd//a',
  LONG,
  'd/../a',
);
const anyPath = fc.oneof({ weight: 5, arbitrary: names }, { weight: 2, arbitrary: odd });
const victim = fc.oneof({ weight: 12, arbitrary: anyPath }, { weight: 1, arbitrary: fc.constant('..') });
const target = fc.constantFrom('a', 'b', 'd', 'd/a', 'l', 'k', 'missing', 'd/', 'd/.', '', 'd/../k', 'e');
const fd = fc.integer({ min: 3, max: 7 });
const mode = fc.constantFrom(0o644, 0o755, 0o600, 0o400, 0, 0o777, 0o1777, 0o4755, 0o2711);
const length = fc.constantFrom(0, 1, 3, 10, 100, 5000);
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(200);

/** Changes whose files count: a row of our own, with Linux's number. */
const sys_setfsuid: SyscallRow = {
  name: 'setfsuid',
  nr: { i386: 215, x86_64: 122 },
  args: [['uid', 'uid']],
  ret: 'int',
  handler: (_k, task, [uid = 0]) => {
    const old = task.cred.fsuid;
    becomeFsuid(task, uid);
    return old;
  },
};

function openFlagsFor(isa: IsaName): fc.Arbitrary<number> {
  const { O_DIRECTORY, O_NOFOLLOW } = F.openFlags(isa);
  const access = fc.constantFrom(F.O_RDONLY, F.O_WRONLY, F.O_RDWR, F.O_RDWR, F.O_ACCMODE);
  const extra = fc.constantFrom(
    0,
    F.O_CREAT,
    F.O_CREAT,
    F.O_CREAT | F.O_EXCL,
    F.O_CREAT | F.O_TRUNC,
    F.O_TRUNC,
    F.O_APPEND | F.O_CREAT,
    O_DIRECTORY,
    O_NOFOLLOW,
    F.O_PATH,
    F.O_PATH | O_NOFOLLOW,
    F.O_CLOEXEC,
    F.openFlags(isa).O_TMPFILE,
  );
  return fc.tuple(access, extra).map(([a, b]) => a | b | F.O_NONBLOCK);
}

type Op = NativeCall;

function op(row: SyscallRow, ...args: fc.Arbitrary<number | string | { out: number }>[]): fc.Arbitrary<Op> {
  return fc.tuple(...args).map((values) => [row, ...values] as const);
}

function operations(isa: IsaName): fc.Arbitrary<Op> {
  const is64 = isa === 'x86_64';
  const statBuf = fc.constant({ out: (is64 ? stat : stat64).size(isa) });
  const offset = fc.constantFrom(0, 1, 7, 50, 5000);
  const setfl = fc.constantFrom(F.O_NONBLOCK, F.O_NONBLOCK | F.O_APPEND);
  const ops: [number, fc.Arbitrary<Op>][] = [
    [10, op(sys_open, anyPath, openFlagsFor(isa), mode)],
    [5, op(sys_close, fd)],
    [4, op(sys_mkdir, victim, mode)],
    [3, op(sys_rmdir, victim)],
    [4, op(sys_unlink, victim)],
    [3, op(sys_symlink, target, victim)],
    [3, op(sys_link, anyPath, victim)],
    [
      1,
      op(
        sys_linkat,
        fc.constant(F.AT_FDCWD),
        anyPath,
        fc.constant(F.AT_FDCWD),
        victim,
        fc.constant(F.AT_SYMLINK_FOLLOW),
      ),
    ],
    [5, op(sys_rename, victim, victim)],
    [3, op(sys_renameat2, fc.constant(F.AT_FDCWD), victim, fc.constant(F.AT_FDCWD), victim, fc.constantFrom(1, 2, 3))],
    [4, op(sys_read, fd, fc.constant({ out: 64 }), fc.constantFrom(0, 5, 64))],
    [5, op(sys_write, fd, fc.constant(TEXT), length)],
    [2, op(sys_lseek, fd, fc.constantFrom(0, 3, -3, 5000), fc.constantFrom(0, 1, 2, 3, 4, 5))],
    [2, op(sys_chmod, anyPath, mode)],
    [1, op(sys_fchmod, fd, mode)],
    [1, op(sys_chown, anyPath, fc.constantFrom(-1, 0, 1000), fc.constantFrom(-1, 0, 1000))],
    [3, op(is64 ? sys_stat : sys_stat64, anyPath, statBuf)],
    [3, op(is64 ? sys_lstat : sys_lstat64, anyPath, statBuf)],
    [3, op(is64 ? sys_fstat : sys_fstat64, fd, statBuf)],
    [2, op(sys_readlink, anyPath, fc.constant({ out: 20 }), fc.constantFrom(20, 2, 0))],
    [2, op(sys_access, anyPath, fc.constantFrom(0, 1, 2, 4, 7, 8))],
    [
      1,
      op(
        sys_faccessat2,
        fc.constant(F.AT_FDCWD),
        anyPath,
        fc.constantFrom(0, 2, 4),
        fc.constantFrom(0, 0x100, 0x200, 0x1),
      ),
    ],
    [2, op(sys_truncate, anyPath, fc.constantFrom(0, 4, 9000, -1))],
    [2, op(sys_ftruncate, fd, fc.constantFrom(0, 4, 9000, -1))],
    [1, op(sys_dup, fd)],
    [1, op(sys_dup2, fd, fd)],
    [1, op(sys_dup3, fd, fd, fc.constantFrom(0, F.O_CLOEXEC, 1))],
    [1, op(sys_fcntl, fd, fc.constantFrom(F.F_DUPFD, F.F_DUPFD_CLOEXEC), fc.constantFrom(3, 5, -1))],
    [2, op(sys_fcntl, fd, fc.constantFrom(F.F_GETFD, F.F_GETFL, F.F_GETPIPE_SZ, 999), fc.constant(0))],
    [1, op(sys_fcntl, fd, fc.constant(F.F_SETFD), fc.constantFrom(0, 1))],
    [1, op(sys_fcntl, fd, fc.constant(F.F_SETFL), setfl)],
    [1, op(sys_fcntl, fd, fc.constant(F.F_SETPIPE_SZ), fc.constantFrom(0, 4096, 5000, 65536))],
    [2, op(sys_pipe2, fc.constant({ out: 8 }), fc.constantFrom(F.O_NONBLOCK, F.O_NONBLOCK | F.O_CLOEXEC))],
    [1, op(sys_umask, fc.constantFrom(0, 0o22, 0o77))],
    [2, op(sys_mknod, victim, fc.constantFrom(S_IFIFO | 0o666, 0o644, 0o40755), fc.constant(0))],
    [2, op(sys_getdents64, fd, fc.constant({ out: 2048 }), fc.constantFrom(2048, 2048, 10))],
    [1, op(sys_flock, fd, fc.constantFrom(4 | 1, 4 | 2, 8, 3))],
    [
      1,
      op(
        sys_chdir,
        fc.oneof(
          names,
          odd.filter((path) => !path.includes('..')),
        ),
      ),
    ],
    [1, op(sys_setfsuid, fc.constantFrom(0, 1000))],
  ];
  // A 64-bit offset takes two registers on a 32-bit ISA: handlers get it as one number, raw calls do not.
  if (is64) {
    ops.push([1, op(sys_pread64, fd, fc.constant({ out: 64 }), fc.constant(64), offset)]);
    ops.push([1, op(sys_pwrite64, fd, fc.constant(TEXT), length, offset)]);
  }
  return fc.oneof(...ops.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** Fields of a struct stat that do not depend on the file system or the time. */
function statFields(isa: IsaName, bytes: Uint8Array): object {
  const all = isa === 'x86_64' ? stat.decode(isa, bytes) : stat64.decode(isa, bytes);
  const { st_mode, st_nlink, st_uid, st_gid, st_size, st_rdev } = all;
  return { st_mode, st_nlink, st_uid, st_gid, st_rdev, st_size, st_blocks: S_ISDIR(st_mode) ? 0 : all.st_blocks };
}

/** Names and types of getdents64's records: their order is the file system's own. */
function entries(bytes: Uint8Array, lenBytes: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < lenBytes; ) {
    const recordBytes = (bytes[at + 16] ?? 0) | ((bytes[at + 17] ?? 0) << 8);
    const name = text(bytes.subarray(at + 19, at + recordBytes));
    found.push(`${bytes[at + 18]} ${name.slice(0, name.indexOf('\0'))}`);
    at += recordBytes;
  }
  return found.sort();
}

const STAT_NAMES = new Set(['stat', 'lstat', 'fstat', 'stat64', 'lstat64', 'fstat64']);

/** What of an outcome must be equal. */
function visible(isa: IsaName, [row, , cmd]: Op, { result, out }: Outcome): object {
  const bytes = out[0] ?? new Uint8Array(0);
  if (STAT_NAMES.has(row.name)) {
    return result === 0 ? { result, ...statFields(isa, bytes) } : { result };
  }
  if (row.name === 'getdents64') return result > 0 ? { entries: entries(bytes, result) } : { result };
  if (row.name === 'fcntl' && cmd === F.F_GETFL && result >= 0) return { flags: fromUserFlags(isa, result) };
  // What is behind the result was never written; of some it is nothing at all.
  return { result, bytes: out.map((one) => text(one, row.name === 'pipe2' ? 8 : Math.max(0, result))) };
}

function describeOp([row, ...args]: Op): string {
  const shown = args.map((arg) => (typeof arg === 'string' ? JSON.stringify(arg.slice(0, 20)) : JSON.stringify(arg)));
  return `${row.name}(${shown.join(', ')})`;
}

function runHere(isa: IsaName, sequences: readonly (readonly Op[])[]): Outcome[][] {
  return sequences.map((calls) => {
    const k = testKernel();
    const task = consoleTask(k, isa);
    ignoreSigpipe(task);
    expect(call(k, task, sys_mkdir, '/tmp/d0', 0o755)).toBe(0);
    expect(call(k, task, sys_chdir, '/tmp/d0')).toBe(0);
    const outcomes = calls.map(([row, ...args]) => run(k, task, row, args));
    exitFiles(k, task);
    expect(openFiles(k.state.root)).toEqual([]);
    return outcomes;
  });
}

/** Inodes that still count an open file, or hold a pipe. */
function openFiles(dir: Inode): string[] {
  return [...(dir.entries ?? [])].flatMap(([name, inode]) => {
    const below = inode.entries ? openFiles(inode) : [];
    return inode.opens > 0 || inode.pipe ? [name, ...below] : below;
  });
}

function ignoreSigpipe(task: Task): void {
  const action = task.sighand.action[13];
  if (action) action.handler = 1;
}

const NATIVE_ISA = { i386: 'i386', x86_64: 'x86_64', arm: 'i386' } as const;

function randomSequences(isa: IsaName): Op[][] {
  const sequence = fc.array(operations(isa), { minLength: 40, maxLength: 60 });
  return fc.sample(sequence, { seed: 20_240_607, numRuns: Number(process.env.SEQUENCES ?? 100) });
}

const why = noOracle();

describe.skipIf(why !== null)(`against Linux${why ? ` (${why})` : ''}`, () => {
  test.each(ISAS)('random calls leave the same results and bytes on %s', (isa) => {
    // The same choices in this ISA's values of flags: what runs natively for ARM is i386.
    const oracle = NATIVE_ISA[isa];
    const sequences = randomSequences(isa);
    const native = runNatively(oracle, randomSequences(oracle));
    const here = runHere(isa, sequences);
    sequences.forEach((calls, i) => {
      calls.forEach((one, j) => {
        const theirs = native[i]?.[j];
        const ours = here[i]?.[j];
        if (!theirs || !ours) throw new Error('a result is missing');
        const [mine, linux] = [visible(isa, one, ours), visible(oracle, one, theirs)];
        if (JSON.stringify(mine) === JSON.stringify(linux)) return;
        const before = calls.slice(0, j + 1).map((each, n) => `${describeOp(each)} = ${native[i]?.[n]?.result}`);
        expect({ ours: mine }, before.join('\n')).toEqual({ ours: linux });
      });
    });
  });
});
