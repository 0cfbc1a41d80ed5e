import { beforeEach, describe, expect, test } from 'vitest';
import { EINTR, EINVAL, ERESTART_RESTARTBLOCK, ERESTARTNOHAND } from '../../../kernel/abi/errno.ts';
import { kernelTimespec, timespec } from '../../../kernel/abi/structs.ts';
import { CLOCK_MONOTONIC, CLOCK_REALTIME, TIMER_ABSTIME } from '../../../kernel/abi/time.ts';
import { syscallNumbers } from '../../../kernel/abi/unistd.ts';
import { copyFromUser, copyToUser } from '../../../kernel/mm/uaccess.ts';
import { wakeSleepers, wakeUpTask } from '../../../kernel/sched.ts';
import { setRestartBlock } from '../../../kernel/signal/restart.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { SLEEP, SyscallError, type SyscallRow } from '../../../kernel/syscalls/row.ts';
import { SLEEP_ROWS } from '../../../kernel/syscalls/sleep.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { CODE, ISAS, userTask } from './harness.ts';

const REQUEST = CODE;
const REMAINING = CODE + 64;

describe.each(ISAS)('sleeping on %s', (isa) => {
  let k: Kernel;
  let task: Task;

  beforeEach(() => {
    k = testKernel(4 << 20);
    task = userTask(k, isa);
  });

  function row(name: string): SyscallRow {
    const found = SLEEP_ROWS.find((entry) => entry.name === name);
    if (!found) throw new Error(name);
    return found;
  }

  function request(tv_sec: number, tv_nsec: number, layout: typeof timespec | typeof kernelTimespec = timespec): void {
    if (task.mm) copyToUser(k, task.mm, REQUEST, (layout as typeof timespec).encode(isa, { tv_sec, tv_nsec }));
  }

  function remaining(): { tv_sec: number; tv_nsec: number } {
    if (!task.mm) throw new Error('no mm');
    return timespec.decode(isa, copyFromUser(k, task.mm, REMAINING, timespec.size(isa)));
  }

  /** As the dispatcher does: enter the call, or go on with it when it sleeps. */
  function call(name: string, ...args: number[]): number {
    task.inSyscall ??= { nr: syscallNumbers(name)?.[isa] ?? -1, isa, resume: null };
    let result: number;
    try {
      result = row(name).handler(k, task, args);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      result = -error.errno;
    }
    if (result === -ERESTART_RESTARTBLOCK) setRestartBlock(task, args);
    if (result !== SLEEP) task.inSyscall = null;
    return result;
  }

  test('nanosleep ends at its deadline and not before', () => {
    request(0, 500);
    expect(call('nanosleep', REQUEST, 0)).toBe(SLEEP);
    k.state.t = 499;
    wakeSleepers(k);
    expect(task.state).toBe('interruptible');
    k.state.t = 500;
    wakeSleepers(k);
    expect([task.state, call('nanosleep', REQUEST, 0)]).toEqual(['running', 0]);
  });

  test('restart_syscall goes on with the time that is left, however often it is cut short', () => {
    request(0, 1000);
    expect(call('nanosleep', REQUEST, REMAINING)).toBe(SLEEP);
    for (const now of [300, 700]) {
      k.state.t = now;
      wakeUpTask(k, task);
      task.sigPending = true;
      const name = now === 300 ? 'nanosleep' : 'restart_syscall';
      const args = now === 300 ? [REQUEST, REMAINING] : [];
      expect(call(name, ...args)).toBe(-ERESTART_RESTARTBLOCK);
      expect(remaining()).toEqual({ tv_sec: 0, tv_nsec: 1000 - now });
      task.sigPending = false;
      expect(call('restart_syscall')).toBe(SLEEP);
      expect(task.waitingFor?.deadlineNs).toBe(1000);
    }
    k.state.t = 1000;
    wakeSleepers(k);
    expect(call('restart_syscall')).toBe(0);
  });

  test('restart_syscall without a call to restart is EINTR', () => {
    expect(call('restart_syscall')).toBe(-EINTR);
  });

  test('an absolute sleep is run again as it is, by the clock it names', () => {
    k.state.t = 100;
    request(0, 900);
    expect(call('clock_nanosleep', CLOCK_MONOTONIC, TIMER_ABSTIME, REQUEST, REMAINING)).toBe(SLEEP);
    expect(task.waitingFor?.deadlineNs).toBe(900);
    task.sigPending = true;
    expect(call('clock_nanosleep', CLOCK_MONOTONIC, TIMER_ABSTIME, REQUEST, REMAINING)).toBe(-ERESTARTNOHAND);
    task.sigPending = false;
    k.state.clockOffsetNs = 600;
    expect(call('clock_nanosleep', CLOCK_REALTIME, TIMER_ABSTIME, REQUEST, 0)).toBe(SLEEP);
    expect(task.waitingFor?.deadlineNs).toBe(300);
  });

  test('a time that is none is EINVAL', () => {
    for (const [sec, nsec] of [
      [-1, 0],
      [0, -1],
      [0, 1_000_000_000],
    ] as const) {
      request(sec, nsec);
      expect(call('nanosleep', REQUEST, 0)).toBe(-EINVAL);
    }
  });

  test.skipIf(isa === 'x86_64')('64-bit time of a 32-bit program has padding that does not count', () => {
    request(0, 0x7777_0000_0000 + 250, kernelTimespec);
    expect(call('clock_nanosleep_time64', CLOCK_MONOTONIC, 0, REQUEST, 0)).toBe(SLEEP);
    expect(task.waitingFor?.deadlineNs).toBe(250);
  });
});
