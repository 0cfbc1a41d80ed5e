import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SA_SIGINFO, SIGUSR1 } from '../../../kernel/abi/signal.ts';
import { SIGFRAME as ARM_FRAME, RT_SIGFRAME as ARM_RT_FRAME } from '../../../kernel/arch/arm/sigframe.ts';
import { RT_SIGFRAME as I386_RT_FRAME, SIGFRAME } from '../../../kernel/arch/i386/sigframe.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import { RT_SIGFRAME as X86_64_RT_FRAME } from '../../../kernel/arch/x86_64/sigframe.ts';
import { copyFromUser, copyToUser } from '../../../kernel/mm/uaccess.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { getReg, getRegLow, setReg } from '../../../kernel/ptregs.ts';
import { emptySet } from '../../../kernel/signal/sigset.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { Task } from '../../../kernel/task.ts';
import { testKernel } from '../support.ts';
import { HANDLER, ISAS, info, RESTORER, STACK_TOP, userTask } from './harness.ts';

/** Frames without and with siginfo. */
const KINDS: { readonly [isa in IsaName]: readonly { rt: boolean; lenBytes: number; poppedBytes: number }[] } = {
  i386: [
    { rt: false, lenBytes: SIGFRAME.lenBytes, poppedBytes: 8 },
    { rt: true, lenBytes: I386_RT_FRAME.lenBytes, poppedBytes: 4 },
  ],
  x86_64: [{ rt: true, lenBytes: X86_64_RT_FRAME.lenBytes, poppedBytes: 8 }],
  arm: [
    { rt: false, lenBytes: ARM_FRAME.lenBytes, poppedBytes: 0 },
    { rt: true, lenBytes: ARM_RT_FRAME.lenBytes, poppedBytes: 0 },
  ],
};

const CASES = ISAS.flatMap((isa) => KINDS[isa].map((kind) => ({ isa, ...kind })));

/** Words of pt_regs that a user program can hold anything in, and those that a system call entry writes. */
function freeRegs(isa: IsaName): number[] {
  const { names, ip, sp, flags, orig } = archOf(isa).ptRegs;
  const fixed = new Set([ip, sp, flags, orig]);
  return names.map((_, i) => i).filter((i) => !fixed.has(i) && !/^x?[cdefgs]s$/.test(names[i] ?? ''));
}

function frameOf(k: Kernel, task: Task, rt: boolean): number {
  const action = {
    handler: HANDLER,
    flags: (0x0400_0000 | (rt ? SA_SIGINFO : 0)) >>> 0,
    restorer: RESTORER,
    mask: emptySet(),
  };
  expect(archOf(task.isa).setupFrame(k, task, info(SIGUSR1), action, { lo: 5, hi: 9 })).toBe(true);
  return getReg(k, task, archOf(task.isa).ptRegs.sp);
}

function ptRegsBytes(k: Kernel, task: Task): Uint8Array {
  return k.ram.u8.slice(task.ptRegs, task.ptRegs + archOf(task.isa).ptRegs.lenBytes);
}

/** Random registers, of user space. */
function scramble(k: Kernel, task: Task, words: readonly number[]): void {
  freeRegs(task.isa).forEach((reg, i) => {
    setReg(k, task, reg, words[i % words.length] ?? 0);
  });
}

/** mxcsr with a reserved bit cannot be loaded; the rest of the image may be anything. */
function fillThread(task: Task, fill: number): void {
  const old = task.thread.slice();
  if (task.isa === 'arm') {
    task.thread.fill(fill, 8);
    task.thread.set([0, 0, 0, 0], 8);
    return;
  }
  const from = 64 + 32;
  task.thread.fill(fill, from, 64 + 416);
  task.thread.set(old.subarray(64, 96), 64);
}

const words = fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 16, maxLength: 16 });

describe.each(CASES)('a frame on $isa, with siginfo: $rt', ({ isa, rt, lenBytes, poppedBytes }) => {
  test('brings every register, the FPU and the mask back', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 255 }), (values, fill) => {
        const k = testKernel(4 << 20);
        const task = userTask(k, isa);
        scramble(k, task, values);
        fillThread(task, fill);
        const { sp, orig } = archOf(isa).ptRegs;
        setReg(k, task, orig, -1);
        const [regs, thread] = [ptRegsBytes(k, task), task.thread.slice()];
        const frame = frameOf(k, task, rt);
        setReg(k, task, sp, frame + poppedBytes);
        scramble(k, task, [...values].reverse());
        expect(archOf(isa).sigreturn(k, task, rt)).toBe(true);
        expect(ptRegsBytes(k, task)).toEqual(regs);
        expect(task.thread).toEqual(thread);
        expect(task.blocked).toEqual({ lo: 5, hi: 9 });
      }),
      { numRuns: 30 },
    );
  });

  test('lies below the stack pointer, aligned as the ABI wants it at the entry of a function', () => {
    for (let offset = 0; offset < 64; offset += 4) {
      const k = testKernel(4 << 20);
      const task = userTask(k, isa);
      const { sp } = archOf(isa).ptRegs;
      setReg(k, task, sp, STACK_TOP - offset);
      const frame = frameOf(k, task, rt);
      const redzone = isa === 'x86_64' ? 128 : 0;
      expect(frame + lenBytes).toBeLessThanOrEqual(STACK_TOP - offset - redzone);
      expect({ i386: (frame + 4) % 16, x86_64: (frame + 8) % 16, arm: frame % 8 }[isa]).toBe(0);
    }
  });

  test('whatever is written into it, user space gets no privileged bit', () => {
    const garbage = fc.array(fc.tuple(fc.nat({ max: lenBytes - 1 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(garbage, (writes) => {
        const k = testKernel(4 << 20);
        const task = userTask(k, isa);
        const before = archOf(isa).ptRegs;
        const oldFlags = getRegLow(k, task, before.flags);
        const frame = frameOf(k, task, rt);
        const mm = task.mm;
        if (!mm) throw new Error('no mm');
        const bytes = copyFromUser(k, mm, frame, lenBytes);
        for (const [at, value] of writes) bytes[at] = value;
        copyToUser(k, mm, frame, bytes);
        setReg(k, task, before.sp, frame + poppedBytes);
        archOf(isa).sigreturn(k, task, rt);
        expectUserState(k, task, oldFlags);
        expect(task.blocked.lo & 0x0004_0100).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

/** FIX_EFLAGS: what user space may set. */
const USER_EFLAGS = 0x0005_0dd5;

function expectUserState(k: Kernel, task: Task, oldFlags: number): void {
  const { names, flags } = archOf(task.isa).ptRegs;
  const now = getRegLow(k, task, flags);
  if (task.isa === 'arm') {
    expect([now & 0x1f, now & 0x1c0]).toEqual([0x10, 0]);
    return;
  }
  expect((now ^ oldFlags) & ~USER_EFLAGS).toBe(0);
  for (const selector of ['cs', 'xcs', 'ss', 'xss', 'xds', 'xes', 'xfs', 'xgs']) {
    const at = names.indexOf(selector);
    if (at < 0) continue;
    const value = getRegLow(k, task, at);
    expect([0, 1, 2, 3, 0x23, 0x2b, 0x33]).toContain(value);
  }
}
