import { describe, expect, test } from 'vitest';
import { EAGAIN, EDEADLK } from '../../../kernel/abi/errno.ts';
import {
  F_GETLK,
  F_RDLCK,
  F_SETLK,
  F_SETLKW,
  F_UNLCK,
  F_WRLCK,
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  O_CREAT,
  O_RDWR,
} from '../../../kernel/abi/fcntl.ts';
import { flock } from '../../../kernel/abi/structs.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_dup, sys_fcntl, sys_flock } from '../../../kernel/syscalls/fd.ts';
import { sys_close, sys_open } from '../../../kernel/syscalls/open.ts';
import { SLEEP } from '../../../kernel/syscalls/row.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { bareTask, call, ISAS, run, start } from './harness.ts';

function two(isa: IsaName): { k: Kernel; a: Task; b: Task } {
  const k = testKernel();
  const a = bareTask(k, isa);
  const b = bareTask(k, isa);
  for (const task of [a, b]) {
    for (const path of ['/tmp/one', '/tmp/two']) call(k, task, sys_open, path, O_CREAT | O_RDWR, 0o644);
  }
  return { k, a, b };
}

describe.each(ISAS)('locks on %s', (isa) => {
  const lock = (l_type: number, l_start: number, l_len: number): Uint8Array =>
    flock.encode(isa, { l_type, l_whence: 0, l_start, l_len });

  test('flock belongs to the open file: a copy of the descriptor shares it, another open does not', () => {
    const { k, a, b } = two(isa);
    expect(call(k, a, sys_flock, 0, LOCK_EX)).toBe(0);
    expect(call(k, a, sys_dup, 0)).toBe(2);
    expect(call(k, b, sys_flock, 0, LOCK_SH | LOCK_NB)).toBe(-EAGAIN);
    const wait = start(k, b, sys_flock, [0, LOCK_SH]);
    expect(wait().result).toBe(SLEEP);
    call(k, a, sys_close, 0);
    expect(wait().result).toBe(SLEEP);
    call(k, a, sys_close, 2);
    expect(b.state).toBe('running');
    expect(wait().result).toBe(0);
    expect(call(k, b, sys_flock, 0, LOCK_UN)).toBe(0);
  });

  test('record locks of two processes stand against each other by bytes', () => {
    const { k, a, b } = two(isa);
    expect(call(k, a, sys_fcntl, 0, F_SETLK, lock(F_WRLCK, 10, 10))).toBe(0);
    expect(call(k, b, sys_fcntl, 0, F_SETLK, lock(F_RDLCK, 0, 10))).toBe(0);
    expect(call(k, b, sys_fcntl, 0, F_SETLK, lock(F_RDLCK, 19, 0))).toBe(-EAGAIN);
    const { out } = run(k, b, sys_fcntl, [0, F_GETLK, { inout: lock(F_RDLCK, 0, 0) }]);
    expect(flock.decode(isa, out[0] ?? new Uint8Array(0))).toEqual({
      l_type: F_WRLCK,
      l_whence: 0,
      l_start: 10,
      l_len: 10,
      l_pid: a.tgid,
    });
    // The middle goes: two parts are left.
    expect(call(k, a, sys_fcntl, 0, F_SETLK, lock(F_UNLCK, 12, 3))).toBe(0);
    expect(call(k, b, sys_fcntl, 0, F_SETLK, lock(F_WRLCK, 12, 3))).toBe(0);
    expect(call(k, b, sys_fcntl, 0, F_SETLK, lock(F_WRLCK, 11, 3))).toBe(-EAGAIN);
    expect(call(k, b, sys_fcntl, 0, F_SETLK, lock(F_WRLCK, 12, 4))).toBe(-EAGAIN);
  });

  test('a process that closes any descriptor of a file loses its record locks', () => {
    const { k, a, b } = two(isa);
    call(k, a, sys_fcntl, 0, F_SETLK, lock(F_WRLCK, 0, 0));
    const wait = start(k, b, sys_fcntl, [0, F_SETLKW, lock(F_WRLCK, 0, 1)]);
    expect(wait().result).toBe(SLEEP);
    const again = call(k, a, sys_open, '/tmp/one', O_RDWR, 0);
    call(k, a, sys_close, again);
    expect(b.state).toBe('running');
    expect(wait().result).toBe(0);
  });

  test('two processes that would wait for each other get EDEADLK', () => {
    const { k, a, b } = two(isa);
    call(k, a, sys_fcntl, 0, F_SETLK, lock(F_WRLCK, 0, 1));
    call(k, b, sys_fcntl, 1, F_SETLK, lock(F_WRLCK, 0, 1));
    expect(start(k, a, sys_fcntl, [1, F_SETLKW, lock(F_WRLCK, 0, 1)])().result).toBe(SLEEP);
    expect(call(k, b, sys_fcntl, 0, F_SETLKW, lock(F_WRLCK, 0, 1))).toBe(-EDEADLK);
  });
});
