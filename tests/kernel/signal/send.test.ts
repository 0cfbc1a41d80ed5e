import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLD_CONTINUED,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGINT,
  SIGKILL,
  SIGQUIT,
  SIGRTMIN,
  SIGSEGV,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGUSR1,
} from '../../../kernel/abi/signal.ts';
import { fatalSignalPending, forceSignal, sendSignal, sendSignalGroup } from '../../../kernel/signal/send.ts';
import { sigismember, sigmask } from '../../../kernel/signal/sigset.ts';
import { doSignalStop } from '../../../kernel/signal/stop.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { SigPending, Task } from '../../../kernel/task.ts';
import { childOf, HANDLER, handle, info, sleeping, threadOf, tracedKernel, userTask } from './harness.ts';

let k: Kernel;
let task: Task;

beforeEach(() => {
  k = tracedKernel().k;
  task = userTask(k);
});

const queued = (pending: SigPending, signo: number): number =>
  pending.queue.filter((entry) => entry.signo === signo).length;

describe('queueing', () => {
  test('a standard signal is pending once, with the first siginfo', () => {
    task.blocked = sigmask(SIGUSR1);
    sendSignal(k, task, info(SIGUSR1, { pid: 7 }));
    sendSignal(k, task, info(SIGUSR1, { pid: 8 }));
    expect(task.pending.queue).toEqual([info(SIGUSR1, { pid: 7 })]);
  });

  test('a real-time signal is pending as often as it is sent', () => {
    task.blocked = sigmask(SIGRTMIN);
    for (let i = 0; i < 3; i++) sendSignal(k, task, info(SIGRTMIN));
    expect(queued(task.pending, SIGRTMIN)).toBe(3);
  });

  test('the thread and the group have queues of their own', () => {
    task.blocked = sigmask(SIGUSR1);
    sendSignal(k, task, info(SIGUSR1));
    sendSignalGroup(k, task, info(SIGUSR1));
    expect([queued(task.pending, SIGUSR1), queued(task.signal.sharedPending, SIGUSR1)]).toEqual([1, 1]);
  });

  test.each([
    ['ignored', (): void => handle(task, SIGUSR1, SIG_IGN), SIGUSR1],
    ['ignored by default', (): void => undefined, SIGCHLD],
  ])('a signal that is %s is dropped, unless it is blocked', (_how, prepare, signo) => {
    prepare();
    sendSignal(k, task, info(signo));
    expect(task.pending.queue).toEqual([]);
    expect(task.sigPending).toBe(false);
    task.blocked = sigmask(signo);
    sendSignal(k, task, info(signo));
    expect(queued(task.pending, signo)).toBe(1);
  });
});

describe('waking', () => {
  test('a handled signal ends an interruptible sleep and no other', () => {
    handle(task, SIGUSR1, HANDLER);
    for (const [state, after] of [
      ['interruptible', 'running'],
      ['killable', 'killable'],
      ['uninterruptible', 'uninterruptible'],
    ] as const) {
      const sleeper = sleeping(k, childOf(k, task), state);
      handle(sleeper, SIGUSR1, HANDLER);
      sendSignalGroup(k, sleeper, info(SIGUSR1));
      expect([sleeper.state, sleeper.sigPending]).toEqual([after, true]);
    }
  });

  test('SIGKILL and a fatal signal without core end a killable sleep, a core-dumping one and a stop do not', () => {
    for (const [signo, after] of [
      [SIGKILL, 'running'],
      [SIGTERM, 'running'],
      [SIGHUP, 'running'],
      [SIGQUIT, 'killable'],
      [SIGSEGV, 'killable'],
      [SIGSTOP, 'killable'],
    ] as const) {
      const sleeper = sleeping(k, childOf(k, task), 'killable');
      sendSignalGroup(k, sleeper, info(signo));
      expect([signo, sleeper.state, fatalSignalPending(sleeper)]).toEqual([signo, after, after === 'running']);
    }
  });

  test('a blocked signal wakes nobody', () => {
    sleeping(k, task, 'interruptible').blocked = sigmask(SIGINT);
    sendSignalGroup(k, task, info(SIGINT));
    expect([task.state, task.sigPending]).toEqual(['interruptible', false]);
  });

  test('a signal for the group goes to a thread that does not block it', () => {
    const other = sleeping(k, threadOf(k, task), 'interruptible');
    handle(task, SIGUSR1, HANDLER);
    task.blocked = sigmask(SIGUSR1);
    sendSignalGroup(k, task, info(SIGUSR1));
    expect([task.sigPending, other.sigPending, other.state]).toEqual([false, true, 'running']);
  });

  test('a fatal signal condemns every thread of the group', () => {
    const other = sleeping(k, threadOf(k, task), 'killable');
    sendSignalGroup(k, task, info(SIGTERM));
    expect(task.signal).toMatchObject({ groupExit: true, groupExitCode: SIGTERM });
    expect([fatalSignalPending(task), fatalSignalPending(other), other.state]).toEqual([true, true, 'running']);
  });

  test('nothing is queued for a group that is condemned', () => {
    sendSignalGroup(k, task, info(SIGTERM));
    sendSignalGroup(k, task, info(SIGINT));
    expect(task.signal.groupExitCode).toBe(SIGTERM);
    expect(queued(task.signal.sharedPending, SIGINT)).toBe(0);
  });
});

describe('stopping and continuing', () => {
  test('SIGCONT takes stop signals out of all queues and a stop signal takes SIGCONT out', () => {
    const other = threadOf(k, task);
    handle(task, SIGCONT, HANDLER);
    for (const thread of [task, other]) thread.blocked = sigmask(SIGTSTP, SIGCONT);
    sendSignal(k, other, info(SIGTSTP));
    sendSignalGroup(k, task, info(SIGTSTP));
    sendSignalGroup(k, task, info(SIGCONT));
    expect([queued(other.pending, SIGTSTP), queued(task.signal.sharedPending, SIGTSTP)]).toEqual([0, 0]);
    sendSignal(k, other, info(SIGTSTP));
    expect(queued(task.signal.sharedPending, SIGCONT)).toBe(0);
  });

  test('SIGCONT sets a stopped group going though it is ignored, and the parent hears of it', () => {
    const child = childOf(k, task);
    handle(task, SIGCHLD, HANDLER);
    handle(child, SIGCONT, SIG_IGN);
    doSignalStop(k, child, SIGSTOP);
    expect([child.state, k.state.runQueue.includes(child.pid)]).toEqual(['stopped', false]);
    task.signal.sharedPending = { set: { lo: 0, hi: 0 }, queue: [] };
    sendSignalGroup(k, child, info(SIGCONT));
    expect([child.state, k.state.runQueue.includes(child.pid)]).toEqual(['running', true]);
    expect(child.signal).toMatchObject({ stopSignal: 0, continuedUnreported: true });
    expect(task.signal.sharedPending.queue).toMatchObject([{ signo: SIGCHLD, code: CLD_CONTINUED, status: SIGCONT }]);
  });

  test('only the last thread to stop tells the parent', () => {
    const child = childOf(k, task);
    const other = threadOf(k, child);
    handle(task, SIGCHLD, HANDLER);
    doSignalStop(k, child, SIGTSTP);
    expect([other.sigPending, child.signal.stopReported, task.sigPending]).toEqual([true, true, false]);
    doSignalStop(k, other, SIGTSTP);
    expect([child.signal.stopReported, task.sigPending]).toEqual([false, true]);
  });

  test('SIGKILL ends a stop, other signals wait', () => {
    doSignalStop(k, task, SIGSTOP);
    handle(task, SIGUSR1, HANDLER);
    sendSignalGroup(k, task, info(SIGUSR1));
    expect(task.state).toBe('stopped');
    sendSignalGroup(k, task, info(SIGKILL));
    expect([task.state, task.sigPending]).toEqual(['running', true]);
  });
});

describe('faults', () => {
  test('a fault that is blocked or ignored gets its default action back', () => {
    handle(task, SIGSEGV, SIG_IGN);
    forceSignal(k, task, info(SIGSEGV, { code: 1 }));
    expect(task.sighand.action[SIGSEGV]?.handler).toBe(0);
    const other = childOf(k, task);
    handle(other, SIGSEGV, HANDLER);
    other.blocked = sigmask(SIGSEGV, SIGUSR1);
    forceSignal(k, other, info(SIGSEGV, { code: 1 }));
    expect([other.sighand.action[SIGSEGV]?.handler, other.sigPending]).toEqual([0, true]);
    expect([sigismember(other.blocked, SIGSEGV), sigismember(other.blocked, SIGUSR1)]).toEqual([false, true]);
  });

  test('a fault with a handler keeps it', () => {
    handle(task, SIGSEGV, HANDLER);
    forceSignal(k, task, info(SIGSEGV, { code: 1 }));
    expect([task.sighand.action[SIGSEGV]?.handler, task.sigPending]).toEqual([HANDLER, true]);
  });
});
