import { beforeEach, describe, expect, test } from 'vitest';
import { SI_KERNEL, SIGALRM, SIGPROF, SIGVTALRM } from '../../../kernel/abi/signal.ts';
import { itimersOf, nextTimerNs, runTimers } from '../../../kernel/signal/timers.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { HANDLER, handle, sleeping, threadOf, userTask } from './harness.ts';

let k: Kernel;
let task: Task;

beforeEach(() => {
  k = testKernel(4 << 20);
  task = userTask(k);
  for (const signo of [SIGALRM, SIGVTALRM, SIGPROF]) handle(task, signo, HANDLER);
});

function setAlarm(of: Task, ns: number): void {
  itimersOf(k, of);
  of.signal.alarmNs = ns;
}

const delivered = (): number[] => task.signal.sharedPending.queue.map(({ signo }) => signo);

describe('the real timer', () => {
  test('sends SIGALRM from the kernel to the group when its instant has come, once', () => {
    setAlarm(task, 500);
    k.state.t = 499;
    runTimers(k);
    expect([nextTimerNs(k), delivered()]).toEqual([500, []]);
    k.state.t = 500;
    runTimers(k);
    expect([nextTimerNs(k), task.signal.sharedPending.queue]).toEqual([
      Infinity,
      [{ signo: SIGALRM, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 }],
    ]);
  });

  test('with an interval comes again at its next multiple, however late it was', () => {
    setAlarm(task, 100);
    itimersOf(k, task).realIntervalNs = 100;
    k.state.skippedNs = 350;
    runTimers(k);
    expect([task.signal.alarmNs, delivered()]).toEqual([400, [SIGALRM]]);
  });

  test('is the earliest of all groups', () => {
    setAlarm(task, 900);
    setAlarm(userTask(k), 700);
    expect(nextTimerNs(k)).toBe(700);
  });

  test('wakes a sleeping process', () => {
    sleeping(k, task, 'interruptible');
    setAlarm(task, 1);
    k.state.t = 1;
    runTimers(k);
    expect(task.state).toBe('running');
  });
});

describe('timers of CPU time', () => {
  test('count the instructions of all threads, and are due only while the group runs', () => {
    const other = threadOf(k, task);
    itimersOf(k, task).virtualNs = 1000;
    itimersOf(k, task).profNs = 1200;
    task.retired = 300;
    other.retired = 500;
    k.state.runQueue = [task.pid];
    k.state.t = 50_000;
    runTimers(k);
    expect([nextTimerNs(k), delivered()]).toEqual([50_200, []]);
    k.state.runQueue = [];
    expect(nextTimerNs(k)).toBe(Infinity);
    task.retired = 500;
    runTimers(k);
    expect(delivered()).toEqual([SIGVTALRM]);
    other.retired = 700;
    runTimers(k);
    expect(delivered()).toEqual([SIGVTALRM, SIGPROF]);
  });
});
