import { describe, expect, test } from 'vitest';
import { EAGAIN, EFAULT, EMFILE, EPIPE, ERESTARTSYS } from '../../../kernel/abi/errno.ts';
import { O_NONBLOCK, O_RDONLY, O_WRONLY, openFlags } from '../../../kernel/abi/fcntl.ts';
import { FIONREAD } from '../../../kernel/abi/ioctl.ts';
import { readU32 } from '../../../kernel/bytes.ts';
import { copyFiles, exitFiles } from '../../../kernel/fs/file.ts';
import { setRlimit } from '../../../kernel/rlimit.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_dup2 } from '../../../kernel/syscalls/fd.ts';
import { sys_ioctl } from '../../../kernel/syscalls/ioctl.ts';
import { sys_close, sys_open } from '../../../kernel/syscalls/open.ts';
import { sys_pipe, sys_pipe2 } from '../../../kernel/syscalls/pipe.ts';
import { sys_read, sys_write } from '../../../kernel/syscalls/read-write.ts';
import { SLEEP } from '../../../kernel/syscalls/row.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { BAD, bareTask, call, ISAS, pair, run, start, text } from './harness.ts';

const SIGPIPE = 13;

function newPipe(k: Kernel, task: Task, flags = 0): [number, number] {
  const { result, out } = run(k, task, sys_pipe2, [{ out: 8 }, flags]);
  expect(result).toBe(0);
  return pair(out[0]);
}

/** Another process with the same descriptors, as fork makes it. */
function forked(k: Kernel, parent: Task): Task {
  const child = bareTask(k, parent.isa);
  if (parent.files) child.files = copyFiles(parent.files);
  return child;
}

function pend(task: Task): void {
  task.sigPending = true;
}

describe.each(ISAS)('a pipe on %s', (isa) => {
  test('gives what was written, in order, across writes', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const [r, w] = pair(run(k, task, sys_pipe, [{ out: 8 }]).out[0]);
    expect([r, w]).toEqual([0, 1]);
    expect(call(k, task, sys_write, w, 'one ', 4)).toBe(4);
    expect(call(k, task, sys_write, w, 'two', 3)).toBe(3);
    const { out } = run(k, task, sys_ioctl, [r, FIONREAD, { out: 4 }]);
    expect(readU32(out[0] ?? new Uint8Array(4), 0)).toBe(7);
    expect(text(run(k, task, sys_read, [r, { out: 5 }, 5]).out[0])).toBe('one t');
    expect(text(run(k, task, sys_read, [r, { out: 5 }, 5]).out[0], 2)).toBe('wo');
  });

  test('makes a reader sleep until a byte comes', () => {
    const k = testKernel();
    const reader = bareTask(k, isa);
    const [r, w] = newPipe(k, reader);
    const writer = forked(k, reader);
    const read = start(k, reader, sys_read, [r, { out: 8 }, 8]);
    expect(read().result).toBe(SLEEP);
    expect(reader.state).toBe('interruptible');
    expect(k.state.runQueue).toEqual([writer.pid]);
    expect(call(k, writer, sys_write, w, 'x', 1)).toBe(1);
    expect(reader.state).toBe('running');
    const { result, out } = read();
    expect(result).toBe(1);
    expect(text(out[0], 1)).toBe('x');
  });

  test('ends for a sleeping reader when the last writer closes', () => {
    const k = testKernel();
    const reader = bareTask(k, isa);
    const [r, w] = newPipe(k, reader);
    const writer = forked(k, reader);
    expect(call(k, reader, sys_close, w)).toBe(0);
    const read = start(k, reader, sys_read, [r, { out: 8 }, 8]);
    expect(read().result).toBe(SLEEP);
    expect(call(k, writer, sys_close, w)).toBe(0);
    expect(reader.state).toBe('running');
    expect(read().result).toBe(0);
  });

  test('ends when the writing process exits, however many descriptors it had', () => {
    const k = testKernel();
    const reader = bareTask(k, isa);
    const [r, w] = newPipe(k, reader);
    const writer = forked(k, reader);
    expect(call(k, writer, sys_dup2, w, 9)).toBe(9);
    expect(call(k, reader, sys_close, w)).toBe(0);
    const read = start(k, reader, sys_read, [r, { out: 8 }, 8]);
    expect(read().result).toBe(SLEEP);
    exitFiles(k, writer);
    expect(read().result).toBe(0);
  });

  test('breaks with SIGPIPE when nobody reads', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const [r, w] = newPipe(k, task);
    expect(call(k, task, sys_close, r)).toBe(0);
    expect(call(k, task, sys_write, w, 'x', 1)).toBe(-EPIPE);
    expect(task.sigPending).toBe(true);
    expect(task.pending.queue.map((info) => info.signo)).toEqual([SIGPIPE]);
  });

  test('takes a long write in parts, the writer asleep in between', () => {
    const k = testKernel();
    const writer = bareTask(k, isa);
    const [r, w] = newPipe(k, writer);
    const reader = forked(k, writer);
    const data = 'abcdefghij'.repeat(10_000);
    const write = start(k, writer, sys_write, [w, data, data.length]);
    let got = '';
    let written = write().result;
    expect(written).toBe(SLEEP);
    for (let turns = 0; turns < 1000 && got.length < data.length; turns++) {
      const { result, out } = run(k, reader, sys_read, [r, { out: 7000 }, 7000]);
      got += text(out[0], result);
      if (writer.state === 'running' && written === SLEEP) written = write().result;
    }
    expect(written).toBe(data.length);
    expect(got).toBe(data);
  });

  test('never mixes a short write into another', () => {
    const k = testKernel();
    const writer = bareTask(k, isa);
    const [r, w] = newPipe(k, writer);
    const other = forked(k, writer);
    for (let i = 0; i < 16; i++) expect(call(k, writer, sys_write, w, 'x'.repeat(4096), 4096)).toBe(4096);
    const write = start(k, other, sys_write, [w, 'yyyy', 4]);
    expect(write().result).toBe(SLEEP);
    expect(run(k, writer, sys_read, [r, { out: 4000 }, 4000]).result).toBe(4000);
    // The page is not free yet: Linux counts pages, not bytes.
    expect(other.state).toBe('interruptible');
    expect(run(k, writer, sys_read, [r, { out: 96 }, 96]).result).toBe(96);
    expect(other.state).toBe('running');
    expect(write().result).toBe(4);
  });

  test('tells how much it took when a signal interrupts, and nothing when it took none', () => {
    const k = testKernel();
    const writer = bareTask(k, isa);
    const [, w] = newPipe(k, writer);
    const data = 'z'.repeat(70_000);
    const write = start(k, writer, sys_write, [w, data, data.length]);
    expect(write().result).toBe(SLEEP);
    pend(writer);
    expect(write().result).toBe(65_536);
    const again = start(k, writer, sys_write, [w, 'more', 4]);
    expect(again().result).toBe(-ERESTARTSYS);
  });

  test('does not sleep with O_NONBLOCK', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const [r, w] = newPipe(k, task, O_NONBLOCK);
    expect(call(k, task, sys_read, r, { out: 1 }, 1)).toBe(-EAGAIN);
    expect(call(k, task, sys_write, w, 'q'.repeat(70_000), 70_000)).toBe(65_536);
    expect(call(k, task, sys_write, w, 'q', 1)).toBe(-EAGAIN);
  });

  test('keeps the bytes that a bad buffer could not take', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const [r, w] = newPipe(k, task);
    call(k, task, sys_write, w, 'kept', 4);
    expect(call(k, task, sys_read, r, BAD, 4)).toBe(-EFAULT);
    expect(text(run(k, task, sys_read, [r, { out: 4 }, 4]).out[0])).toBe('kept');
    expect(call(k, task, sys_write, w, BAD, 4)).toBe(-EFAULT);
  });

  test('opened again through /proc never waits, and counts as one more end', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const [r, w] = newPipe(k, task);
    expect(call(k, task, sys_close, w)).toBe(0);
    const again = call(k, task, sys_open, `/proc/self/fd/${r}`, O_RDONLY, 0);
    expect(again).toBe(w);
    const writer = call(k, task, sys_open, `/proc/self/fd/${r}`, O_WRONLY, 0);
    expect(call(k, task, sys_close, r)).toBe(0);
    expect(call(k, task, sys_write, writer, 'x', 1)).toBe(1);
    expect(run(k, task, sys_read, [again, { out: 4 }, 4]).result).toBe(1);
  });

  test('makes packets with O_DIRECT', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    const [r, w] = newPipe(k, task, openFlags(isa).O_DIRECT);
    call(k, task, sys_write, w, 'first', 5);
    call(k, task, sys_write, w, 'second', 6);
    expect(run(k, task, sys_read, [r, { out: 3 }, 3]).result).toBe(3);
    expect(text(run(k, task, sys_read, [r, { out: 64 }, 64]).out[0], 6)).toBe('second');
  });

  test('leaves no descriptor behind when the second one is not to be had, or the address is bad', () => {
    const k = testKernel();
    const task = bareTask(k, isa);
    expect(call(k, task, sys_pipe, BAD)).toBe(-EFAULT);
    expect(task.files?.fd).toEqual([]);
    setRlimit(task.signal, 7, [1, 1]);
    expect(call(k, task, sys_pipe, { out: 8 })).toBe(-EMFILE);
    expect(task.files?.fd).toEqual([]);
  });
});
