import { describe, expect, test } from 'vitest';
import { EBADF, EINVAL, ERESTART_RESTARTBLOCK, ERESTARTNOHAND } from '../../../kernel/abi/errno.ts';
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from '../../../kernel/abi/poll.ts';
import { kernelTimespec, pollfd, selArgStruct, timespec, timeval } from '../../../kernel/abi/structs.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { nowNs, wakeSleepers } from '../../../kernel/sched.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { sys_close } from '../../../kernel/syscalls/open.ts';
import { sys_pipe } from '../../../kernel/syscalls/pipe.ts';
import {
  sys_newselect,
  sys_old_select,
  sys_poll,
  sys_ppoll,
  sys_ppoll_time64,
  sys_pselect6,
  sys_select,
} from '../../../kernel/syscalls/poll.ts';
import { sys_write } from '../../../kernel/syscalls/read-write.ts';
import { SLEEP } from '../../../kernel/syscalls/row.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { bareTask, call, ISAS, pair, run, start } from './harness.ts';

interface Entry {
  fd: number;
  events: number;
}

/** Arguments are bytes in the task's memory; what the call changes is read back through an `out` of the same place. */
function encode(isa: IsaName, entries: readonly Entry[]): Uint8Array {
  const stride = pollfd.size(isa);
  const bytes = new Uint8Array(entries.length * stride);
  entries.forEach((entry, i) => {
    pollfd.encodeInto(isa, bytes, i * stride, entry);
  });
  return bytes;
}

function setup(isa: IsaName): { k: Kernel; task: Task; r: number; w: number } {
  const k = testKernel();
  const task = bareTask(k, isa);
  const [r, w] = pair(run(k, task, sys_pipe, [{ out: 8 }]).out[0]);
  return { k, task, r, w };
}

/** Time passes until the next sleeper's deadline at `ns`. */
function passTo(k: Kernel, ns: number): void {
  k.state.skippedNs += ns - nowNs(k);
  wakeSleepers(k);
}

function select(isa: IsaName) {
  return isa === 'x86_64' ? sys_select : sys_newselect;
}

describe.each(ISAS)('waiting on %s', (isa) => {
  test('poll tells what holds now', () => {
    const { k, task, r, w } = setup(isa);
    const fds = encode(isa, [
      { fd: r, events: POLLIN },
      { fd: w, events: POLLOUT | POLLIN },
      { fd: -1, events: POLLIN },
      { fd: 77, events: POLLIN },
    ]);
    expect(call(k, task, sys_poll, fds, 4, 0)).toBe(2);
    call(k, task, sys_write, w, 'x', 1);
    expect(call(k, task, sys_poll, fds, 4, -1)).toBe(3);
    call(k, task, sys_close, w);
    const hangup = run(k, task, sys_poll, [{ inout: encode(isa, [{ fd: r, events: 0 }]) }, 1, 0]);
    expect(hangup.result).toBe(1);
    expect(pollfd.decode(isa, hangup.out[0] ?? new Uint8Array(0)).revents).toBe(POLLHUP);
  });

  test('poll writes revents', () => {
    const { k, task, r, w } = setup(isa);
    const answer = (entries: readonly Entry[]): number[] => {
      const { out } = run(k, task, sys_poll, [{ inout: encode(isa, entries) }, entries.length, 0]);
      return entries.map((_, i) => pollfd.decode(isa, out[0] ?? new Uint8Array(0), i * pollfd.size(isa)).revents);
    };
    const asked = [
      { fd: r, events: POLLIN | POLLOUT },
      { fd: w, events: POLLOUT },
      { fd: 99, events: POLLIN },
      { fd: -5, events: POLLIN },
    ];
    expect(answer(asked)).toEqual([0, POLLOUT, POLLNVAL, 0]);
    call(k, task, sys_write, w, 'x', 1);
    expect(answer(asked)).toEqual([POLLIN, POLLOUT, POLLNVAL, 0]);
    call(k, task, sys_close, r);
    expect(answer(asked)).toEqual([POLLNVAL, POLLOUT | POLLERR, POLLNVAL, 0]);
  });

  test('poll sleeps until its time is over', () => {
    const { k, task, r } = setup(isa);
    const poll = start(k, task, sys_poll, [encode(isa, [{ fd: r, events: POLLIN }]), 1, 50]);
    const began = nowNs(k);
    expect(poll().result).toBe(SLEEP);
    expect(task.waitingFor?.deadlineNs).toBe(began + 50e6);
    // Woken early, it goes back to sleep with the same deadline.
    k.state.skippedNs += 20e6;
    expect(poll().result).toBe(SLEEP);
    expect(task.waitingFor?.deadlineNs).toBe(began + 50e6);
    passTo(k, began + 50e6);
    expect(task.state).toBe('running');
    expect(poll().result).toBe(0);
  });

  test('poll is woken by a write', () => {
    const { k, task, r, w } = setup(isa);
    const writer = bareTask(k, isa);
    writer.files = task.files;
    const poll = start(k, task, sys_poll, [encode(isa, [{ fd: r, events: POLLIN }]), 1, -1]);
    expect(poll().result).toBe(SLEEP);
    call(k, writer, sys_write, w, 'x', 1);
    expect(task.state).toBe('running');
    expect(poll().result).toBe(1);
  });

  test('a signal ends poll with a restart block, ppoll and select with ERESTARTNOHAND', () => {
    const { k, task, r } = setup(isa);
    task.sigPending = true;
    const fds = encode(isa, [{ fd: r, events: POLLIN }]);
    expect(call(k, task, sys_poll, fds, 1, -1)).toBe(-ERESTART_RESTARTBLOCK);
    expect(call(k, task, sys_ppoll, fds, 1, 0, 0, 0)).toBe(-ERESTARTNOHAND);
    expect(call(k, task, select(isa), 0, 0, 0, 0, 0)).toBe(-ERESTARTNOHAND);
  });

  test('ppoll blocks signals while it waits and gives the old mask back', () => {
    const { k, task, r } = setup(isa);
    const fds = encode(isa, [{ fd: r, events: POLLIN }]);
    const mask = Uint8Array.of(0x55, 0, 0, 0, 0, 0, 0, 1);
    const ppoll = start(k, task, sys_ppoll, [fds, 1, timespec.encode(isa, { tv_sec: 1, tv_nsec: 0 }), mask, 8]);
    expect(ppoll().result).toBe(SLEEP);
    expect(task.blocked.lo).toBe(0x55);
    expect(ppoll().result).toBe(SLEEP);
    passTo(k, nowNs(k) + 1e9);
    expect(ppoll().result).toBe(0);
    expect(task.blocked).toEqual({ lo: 0, hi: 0 });
    expect(task.savedSigmask).toBeNull();
  });

  test('ppoll refuses a bad time and a bad mask size', () => {
    const { k, task } = setup(isa);
    const bad = timespec.encode(isa, { tv_sec: 0, tv_nsec: 1e9 });
    expect(call(k, task, sys_ppoll, 0, 0, bad, 0, 0)).toBe(-EINVAL);
    expect(call(k, task, sys_ppoll, 0, 0, timespec.encode(isa, {}), new Uint8Array(8), 4)).toBe(-EINVAL);
    const long = kernelTimespec.encode(isa, { tv_sec: 0, tv_nsec: 0 });
    expect(call(k, task, sys_ppoll_time64, 0, 0, long, 0, 0)).toBe(0);
  });

  test('select tells by bits, and how much time was left', () => {
    const { k, task, r, w } = setup(isa);
    const set = (...fds: number[]): Uint8Array => {
      const bytes = new Uint8Array(8);
      for (const fd of fds) bytes[0] = (bytes[0] ?? 0) | (1 << fd);
      return bytes;
    };
    call(k, task, sys_write, w, 'x', 1);
    const time = timeval.encode(isa, { tv_sec: 3, tv_usec: 5 });
    const args = [2, { inout: set(r, w) }, { inout: set(r, w) }, { inout: set(r, w) }, { inout: time }];
    const { result, out } = run(k, task, select(isa), args);
    expect(result).toBe(2);
    expect(out.slice(0, 3)).toEqual([set(r), set(w), set()]);
    expect(timeval.decode(isa, out[3] ?? new Uint8Array(0))).toEqual({ tv_sec: 3, tv_usec: 5 });
  });

  test('select goes to sleep, and after a signal leaves the rest of the time', () => {
    const { k, task, r } = setup(isa);
    const time = timeval.encode(isa, { tv_sec: 3, tv_usec: 0 });
    const readers = Uint8Array.of(1 << r, 0, 0, 0, 0, 0, 0, 0);
    const asleep = start(k, task, select(isa), [1, readers, 0, 0, { inout: time }]);
    expect(asleep().result).toBe(SLEEP);
    k.state.skippedNs += 1e9;
    task.sigPending = true;
    const { result, out } = asleep();
    expect(result).toBe(-ERESTARTNOHAND);
    expect(timeval.decode(isa, out[0] ?? new Uint8Array(0))).toEqual({ tv_sec: 2, tv_usec: 0 });
  });

  test('select refuses closed descriptors and negative counts', () => {
    const { k, task } = setup(isa);
    expect(call(k, task, select(isa), 8, Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0), 0, 0, 0)).toBe(-EBADF);
    expect(call(k, task, select(isa), -1, 0, 0, 0, 0)).toBe(-EINVAL);
  });

  test('pselect sleeps for its time', () => {
    const { k, task } = setup(isa);
    const time = timespec.encode(isa, { tv_sec: 2, tv_nsec: 5 });
    const pselect = start(k, task, sys_pselect6, [0, 0, 0, 0, time, 0]);
    const began = nowNs(k);
    expect(pselect().result).toBe(SLEEP);
    expect(task.waitingFor?.deadlineNs).toBe(began + 2e9 + 5);
    passTo(k, began + 2e9 + 5);
    expect(pselect().result).toBe(0);
  });
});

test('the first select of i386 takes its arguments from memory', () => {
  const { k, task } = setup('i386');
  const arg = selArgStruct.encode('i386', { n: 0, inp: 0, outp: 0, exp: 0, tvp: 0 });
  task.sigPending = true;
  expect(call(k, task, sys_old_select, arg)).toBe(-ERESTARTNOHAND);
  expect(timeval.size('i386')).toBe(8);
});
