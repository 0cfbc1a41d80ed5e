import { describe, expect, test } from 'vitest';
import { ENXIO, ERESTARTSYS } from '../../../kernel/abi/errno.ts';
import { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from '../../../kernel/abi/fcntl.ts';
import { POLLHUP, POLLIN } from '../../../kernel/abi/poll.ts';
import { fdget } from '../../../kernel/fs/file.ts';
import { filePoll } from '../../../kernel/fs/file-ops.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_close, sys_open } from '../../../kernel/syscalls/open.ts';
import { sys_mknod, sys_unlink } from '../../../kernel/syscalls/path.ts';
import { sys_read, sys_write } from '../../../kernel/syscalls/read-write.ts';
import { SLEEP } from '../../../kernel/syscalls/row.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { bareTask, call, ISAS, run, start, text } from './harness.ts';

const PATH = '/tmp/fifo';

function two(isa: (typeof ISAS)[number]): { k: Kernel; a: Task; b: Task } {
  const k = testKernel();
  const a = bareTask(k, isa);
  const b = bareTask(k, isa);
  expect(call(k, a, sys_mknod, PATH, 0o10644, 0)).toBe(0);
  return { k, a, b };
}

describe.each(ISAS)('a FIFO on %s', (isa) => {
  test('opens when both sides have come, and only then', () => {
    const { k, a, b } = two(isa);
    const openRead = start(k, a, sys_open, [PATH, O_RDONLY, 0]);
    expect(openRead().result).toBe(SLEEP);
    expect(a.files?.fd).toEqual([]);
    expect(call(k, b, sys_open, PATH, O_WRONLY, 0)).toBe(0);
    expect(a.state).toBe('running');
    expect(openRead().result).toBe(0);
    expect(call(k, b, sys_write, 0, 'hi', 2)).toBe(2);
    expect(text(run(k, a, sys_read, [0, { out: 2 }, 2]).out[0])).toBe('hi');
  });

  test('opens for the reader although the writer has written, closed and removed it meanwhile', () => {
    const { k, a, b } = two(isa);
    const openRead = start(k, a, sys_open, [PATH, O_RDONLY, 0]);
    expect(openRead().result).toBe(SLEEP);
    call(k, b, sys_open, PATH, O_WRONLY, 0);
    expect(call(k, b, sys_write, 0, 'left', 4)).toBe(4);
    expect(call(k, b, sys_close, 0)).toBe(0);
    expect(call(k, b, sys_unlink, PATH)).toBe(0);
    expect(openRead().result).toBe(0);
    expect(run(k, a, sys_read, [0, { out: 8 }, 8]).result).toBe(4);
    expect(run(k, a, sys_read, [0, { out: 8 }, 8]).result).toBe(0);
  });

  test('forgets an opener that a signal took away', () => {
    const { k, a, b } = two(isa);
    const openWrite = start(k, a, sys_open, [PATH, O_WRONLY, 0]);
    expect(openWrite().result).toBe(SLEEP);
    a.sigPending = true;
    expect(openWrite().result).toBe(-ERESTARTSYS);
    const openRead = start(k, b, sys_open, [PATH, O_RDONLY, 0]);
    expect(openRead().result).toBe(SLEEP);
  });

  test('with O_NONBLOCK opens for reading at once, is ENXIO for writing alone, and O_RDWR never waits', () => {
    const { k, a, b } = two(isa);
    expect(call(k, a, sys_open, PATH, O_WRONLY | O_NONBLOCK, 0)).toBe(-ENXIO);
    expect(call(k, a, sys_open, PATH, O_RDONLY | O_NONBLOCK, 0)).toBe(0);
    expect(call(k, b, sys_open, PATH, O_WRONLY | O_NONBLOCK, 0)).toBe(0);
    expect(call(k, b, sys_open, PATH, O_RDWR, 0)).toBe(1);
  });

  test('hangs up for poll only after a writer has been there', () => {
    const { k, a, b } = two(isa);
    call(k, a, sys_open, PATH, O_RDONLY | O_NONBLOCK, 0);
    expect(filePoll(k, fdget(a, 0))).toBe(0);
    call(k, b, sys_open, PATH, O_WRONLY, 0);
    call(k, b, sys_write, 0, 'x', 1);
    expect(filePoll(k, fdget(a, 0)) & POLLIN).toBe(POLLIN);
    call(k, b, sys_close, 0);
    run(k, a, sys_read, [0, { out: 1 }, 1]);
    expect(filePoll(k, fdget(a, 0))).toBe(POLLHUP);
  });
});
