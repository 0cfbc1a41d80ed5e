import { describe, expect, test } from 'vitest';
import {
  EINTR,
  ERESTART_RESTARTBLOCK,
  ERESTARTNOHAND,
  ERESTARTNOINTR,
  ERESTARTSYS,
} from '../../../kernel/abi/errno.ts';
import { RLIMIT_CORE } from '../../../kernel/abi/resource.ts';
import {
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIGABRT,
  SIGCHLD,
  SIGHUP,
  SIGKILL,
  SIGRTMIN,
  SIGSEGV,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGUSR1,
  SIGUSR2,
} from '../../../kernel/abi/signal.ts';
import { syscallNumbers } from '../../../kernel/abi/unistd.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { getReg, getRegLow, setReg } from '../../../kernel/ptregs.ts';
import { setRlimit } from '../../../kernel/rlimit.ts';
import { doSignal } from '../../../kernel/signal/deliver.ts';
import { setUserSigmask } from '../../../kernel/signal/mask.ts';
import { setRestartBlock } from '../../../kernel/signal/restart.ts';
import { forceSignal, sendSignal, sendSignalGroup } from '../../../kernel/signal/send.ts';
import { emptySet, sigmask } from '../../../kernel/signal/sigset.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { Task } from '../../../kernel/task.ts';
import { CODE, childOf, HANDLER, handle, ISAS, info, STACK_TOP, threadOf, tracedKernel, userTask } from './harness.ts';

/** Length of the trap instruction, and what the number's register holds when the call is made again. */
const TRAP_BYTES: { readonly [isa in IsaName]: number } = { i386: 2, x86_64: 2, arm: 4 };
const ORIG = 0x77;

/** A task behind a call that has returned -code. */
function interrupted(k: Kernel, isa: IsaName, code: number): Task {
  const task = userTask(k, isa);
  const { ret, orig, nr } = archOf(isa).ptRegs;
  if (nr !== orig) setReg(k, task, nr, 3);
  setReg(k, task, orig, ORIG);
  setReg(k, task, ret, -code);
  return task;
}

const result = (k: Kernel, task: Task): number => getRegLow(k, task, archOf(task.isa).ptRegs.ret) | 0;
const ip = (k: Kernel, task: Task): number => getReg(k, task, archOf(task.isa).ptRegs.ip);

describe.each(ISAS)('restart rules on %s', (isa) => {
  test.each([
    ['ERESTARTSYS', ERESTARTSYS],
    ['ERESTARTNOINTR', ERESTARTNOINTR],
    ['ERESTARTNOHAND', ERESTARTNOHAND],
  ])('without a handler %s runs the trap again', (_name, code) => {
    const { k } = tracedKernel();
    const task = interrupted(k, isa, code);
    doSignal(k, task, { code });
    expect([result(k, task), ip(k, task)]).toEqual([ORIG, CODE - TRAP_BYTES[isa]]);
  });

  test('without a handler ERESTART_RESTARTBLOCK calls restart_syscall with what was kept', () => {
    const { k } = tracedKernel();
    const task = interrupted(k, isa, ERESTART_RESTARTBLOCK);
    const sleep = syscallNumbers('nanosleep')?.[isa] ?? -1;
    task.inSyscall = { nr: sleep, isa, resume: { kind: 'nanosleep', deadlineNs: 99 } };
    setRestartBlock(task, [1, 2]);
    task.inSyscall = null;
    doSignal(k, task, { code: ERESTART_RESTARTBLOCK });
    const { ret, nr, orig } = archOf(isa).ptRegs;
    expect(getReg(k, task, nr === orig ? ret : nr)).toBe(syscallNumbers('restart_syscall')?.[isa]);
    expect(ip(k, task)).toBe(CODE - TRAP_BYTES[isa]);
    expect(task.restartBlock).toEqual({ kind: 'nanosleep', deadlineNs: 99, isa, nr: sleep, args: [1, 2] });
  });

  test.each([
    ['ERESTARTSYS without SA_RESTART', false, ERESTARTSYS, 0],
    ['ERESTARTSYS with SA_RESTART', true, ERESTARTSYS, SA_RESTART],
    ['ERESTARTNOINTR', true, ERESTARTNOINTR, 0],
    ['ERESTARTNOHAND with SA_RESTART', false, ERESTARTNOHAND, SA_RESTART],
    ['ERESTART_RESTARTBLOCK with SA_RESTART', false, ERESTART_RESTARTBLOCK, SA_RESTART],
  ])('behind a handler %s runs again: %s', (_name, again, code, flags) => {
    const { k } = tracedKernel();
    const task = interrupted(k, isa, code);
    handle(task, SIGUSR1, HANDLER, flags);
    sendSignal(k, task, info(SIGUSR1));
    doSignal(k, task, { code });
    expect([ip(k, task), task.sigPending]).toEqual([HANDLER, false]);
    leaveHandler(k, task);
    const expected = again ? [ORIG, CODE - TRAP_BYTES[isa]] : [-EINTR, CODE];
    expect([result(k, task), ip(k, task)]).toEqual(expected);
  });

  test('two handlers nest, and only the first sees the interrupted call', () => {
    const { k } = tracedKernel();
    const task = interrupted(k, isa, ERESTARTSYS);
    handle(task, SIGUSR1, HANDLER);
    handle(task, SIGUSR2, HANDLER + 8, SA_RESTART);
    sendSignal(k, task, info(SIGUSR2));
    sendSignal(k, task, info(SIGUSR1));
    doSignal(k, task, { code: ERESTARTSYS });
    expect(ip(k, task)).toBe(HANDLER + 8);
    leaveHandler(k, task);
    expect(ip(k, task)).toBe(HANDLER);
    leaveHandler(k, task);
    expect([result(k, task), ip(k, task)]).toEqual([-EINTR, CODE]);
  });

  test('a stop leaves the result for when the task goes on', () => {
    const { k } = tracedKernel();
    const task = interrupted(k, isa, ERESTARTNOHAND);
    sendSignal(k, task, info(SIGSTOP));
    doSignal(k, task, { code: ERESTARTNOHAND });
    expect([task.state, result(k, task), ip(k, task)]).toEqual(['stopped', -ERESTARTNOHAND, CODE]);
  });
});

/** The handler returns: the frame's return address goes off the stack as far as the ISA has it there. */
function leaveHandler(k: Kernel, task: Task): void {
  const arch = archOf(task.isa);
  const { sp } = arch.ptRegs;
  const poppedBytes = { i386: 8, x86_64: 8, arm: 0 }[task.isa];
  setReg(k, task, sp, getReg(k, task, sp) + poppedBytes);
  expect(arch.sigreturn(k, task, task.isa === 'x86_64')).toBe(true);
}

describe.each(ISAS)('masks on %s', (isa) => {
  test('the handler runs with sa_mask and its own signal blocked, and the old mask comes back', () => {
    const { k } = tracedKernel();
    const task = userTask(k, isa);
    task.blocked = sigmask(SIGHUP, 40);
    handle(task, SIGUSR1, HANDLER, 0, sigmask(SIGTERM, 50));
    sendSignal(k, task, info(SIGUSR1));
    doSignal(k, task, null);
    expect(task.blocked).toEqual(sigmask(SIGHUP, 40, SIGTERM, 50, SIGUSR1));
    leaveHandler(k, task);
    expect(task.blocked).toEqual(sigmask(SIGHUP, 40));
    expect(getReg(k, task, archOf(isa).ptRegs.sp)).toBe(STACK_TOP);
  });

  test('SA_NODEFER leaves the signal open and SA_RESETHAND the action default', () => {
    const { k } = tracedKernel();
    const task = userTask(k, isa);
    handle(task, SIGUSR1, HANDLER, SA_NODEFER + SA_RESETHAND);
    sendSignal(k, task, info(SIGUSR1));
    doSignal(k, task, null);
    expect(task.blocked).toEqual(emptySet());
    expect(task.sighand.action[SIGUSR1]?.handler).toBe(0);
  });

  test("sigsuspend's mask ends with the handler, or at once when there is none", () => {
    for (const withHandler of [true, false]) {
      const { k } = tracedKernel();
      const task = userTask(k, isa);
      task.blocked = sigmask(SIGUSR1);
      handle(task, SIGUSR1, HANDLER);
      setUserSigmask(k, task, sigmask(SIGHUP));
      if (withHandler) sendSignal(k, task, info(SIGUSR1));
      doSignal(k, task, null);
      if (withHandler) {
        expect(task.blocked).toEqual(sigmask(SIGHUP, SIGUSR1));
        leaveHandler(k, task);
      }
      expect([task.blocked, task.savedSigmask]).toEqual([sigmask(SIGUSR1), null]);
    }
  });
});

describe('the order of delivery', () => {
  test('a fault of the thread comes before anything sent, then the lowest number', () => {
    const { k, events } = tracedKernel();
    const task = userTask(k);
    for (const signo of [SIGHUP, SIGUSR1, SIGSEGV, SIGRTMIN]) handle(task, signo, HANDLER);
    sendSignal(k, task, info(SIGRTMIN));
    sendSignalGroup(k, task, info(SIGUSR1));
    sendSignal(k, task, info(SIGUSR1));
    sendSignal(k, task, info(SIGHUP));
    forceSignal(k, task, info(SIGSEGV, { code: 1 }));
    doSignal(k, task, null);
    const order = events.map((event) => (event.kind === 'signal' ? event.info.signo : event.kind));
    expect(order).toEqual([SIGSEGV, SIGHUP, SIGUSR1, SIGRTMIN]);
  });
});

describe('default actions', () => {
  test('end the process with the signal as status, with the core bit only where a core may be', () => {
    for (const [signo, coreBytes, status] of [
      [SIGTERM, 4096, SIGTERM],
      [SIGKILL, 4096, SIGKILL],
      [SIGABRT, 0, SIGABRT],
      [SIGABRT, 4095, SIGABRT],
      [SIGABRT, 4096, SIGABRT | 0x80],
    ] as const) {
      const { k } = tracedKernel();
      const child = childOf(k, userTask(k));
      setRlimit(child.signal, RLIMIT_CORE, [coreBytes, coreBytes]);
      sendSignalGroup(k, child, info(signo));
      doSignal(k, child, null);
      expect([child.state, child.exitCode]).toEqual(['zombie', status]);
    }
  });

  test('tell a listener of the signal and then of the death, but not of SIGKILL as a signal', () => {
    for (const [signo, told] of [
      [SIGTERM, ['signal', 'exiting', 'killed']],
      [SIGABRT, ['signal', 'exiting', 'killed']],
      [SIGKILL, ['exiting', 'killed']],
    ] as const) {
      const { k, events } = tracedKernel();
      const child = childOf(k, userTask(k));
      sendSignalGroup(k, child, info(signo));
      doSignal(k, child, null);
      expect(events.map(({ kind }) => kind)).toEqual(told);
    }
  });

  test('end every thread of the group', () => {
    const { k } = tracedKernel();
    const child = childOf(k, userTask(k));
    const other = threadOf(k, child);
    sendSignal(k, other, info(SIGABRT));
    doSignal(k, other, null);
    expect([other.state, child.sigPending]).toEqual(['dead', true]);
    doSignal(k, child, null);
    expect([child.state, child.exitCode]).toEqual(['zombie', SIGABRT]);
  });

  test('stop the process and tell its parent, by SIGTSTP only where somebody could continue it', () => {
    const { k } = tracedKernel();
    const parent = userTask(k);
    handle(parent, SIGCHLD, HANDLER);
    const child = childOf(k, parent);
    child.signal.session = parent.signal.session;
    sendSignalGroup(k, child, info(SIGTSTP));
    doSignal(k, child, null);
    expect([child.state, child.signal.stopSignal, parent.sigPending]).toEqual(['stopped', SIGTSTP, true]);

    const orphan = childOf(k, parent);
    orphan.realParent = 1;
    sendSignalGroup(k, orphan, info(SIGTSTP));
    doSignal(k, orphan, null);
    expect(orphan.state).toBe('running');
    sendSignalGroup(k, orphan, info(SIGSTOP));
    doSignal(k, orphan, null);
    expect(orphan.state).toBe('stopped');
  });
});

describe.each(ISAS)('a frame that cannot be written on %s', (isa) => {
  test('is SIGSEGV, and death when that has no frame either', () => {
    const { k } = tracedKernel();
    const child = childOf(k, userTask(k, isa));
    handle(child, SIGUSR1, HANDLER);
    handle(child, SIGSEGV, HANDLER);
    setReg(k, child, archOf(isa).ptRegs.sp, 0x40);
    sendSignal(k, child, info(SIGUSR1));
    doSignal(k, child, null);
    expect([child.state, child.exitCode]).toEqual(['zombie', SIGSEGV]);
  });
});
