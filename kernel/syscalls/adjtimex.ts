import { EINVAL, EOPNOTSUPP, EPERM } from '../abi/errno.ts';
import { kernelTimex, timex } from '../abi/structs/time.ts';
import { CLOCK_REALTIME } from '../abi/time.ts';
import { ADJ_OFFSET_SINGLESHOT, ADJ_OFFSET_SS_READ, STA_UNSYNC, TIME_ERROR } from '../abi/timex.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { clockNs, realtimeNs } from './clocks.ts';
import type { SyscallRow } from './row.ts';
import { NSEC_PER_SEC, NSEC_PER_USEC } from './timespec.ts';
import { getStruct, putStruct } from './user.ts';

/**
 * The state of the clock's discipline, which nobody has: an unsynchronized clock of full speed. Reading is all that there is, a change is
 * EPERM even for root. Linux: kernel/time/ntp.c __do_adjtimex().
 */
function adjtimex(k: Kernel, task: Task, layout: typeof timex | typeof kernelTimex, addr: number): number {
  const asked = getStruct(k, task, layout as typeof timex, addr);
  const readOnly = asked.modes === 0 || asked.modes === ADJ_OFFSET_SS_READ;
  if (!readOnly) return (asked.modes & 0x8000) !== 0 && asked.modes !== ADJ_OFFSET_SINGLESHOT ? -EINVAL : -EPERM;
  const now = realtimeNs(k);
  const second = BigInt(NSEC_PER_SEC);
  putStruct(k, task, layout as typeof timex, addr, {
    modes: asked.modes,
    maxerror: 16_000_000,
    esterror: 16_000_000,
    status: STA_UNSYNC,
    constant: 2,
    precision: 1,
    tolerance: 32_768_000,
    time: { tv_sec: Number(now / second), tv_usec: Math.floor(Number(now % second) / NSEC_PER_USEC) },
    tick: 10_000,
  });
  return TIME_ERROR;
}

/** adjtimex(2). */
export const sys_adjtimex: SyscallRow = {
  name: 'adjtimex',
  nr: { i386: 124, x86_64: 159, arm: 124 },
  args: [['txc', 'ptr']],
  ret: 'int',
  handler: (k, task, [addr = 0]) => adjtimex(k, task, timex, addr),
};

function clockAdjtime(layout: typeof timex | typeof kernelTimex): SyscallRow['handler'] {
  return (k, task, [clock = 0, addr = 0]) => {
    getStruct(k, task, layout as typeof timex, addr);
    clockNs(k, task, clock);
    return clock === CLOCK_REALTIME ? adjtimex(k, task, layout, addr) : -EOPNOTSUPP;
  };
}

/** clock_adjtime(2). */
export const sys_clock_adjtime: SyscallRow = {
  name: 'clock_adjtime',
  nr: { i386: 343, x86_64: 305, arm: 372 },
  args: [
    ['which_clock', 'clockid'],
    ['tx', 'ptr'],
  ],
  ret: 'int',
  handler: clockAdjtime(timex),
};

/** clock_adjtime(2) with 64-bit time. */
export const sys_clock_adjtime64: SyscallRow = {
  name: 'clock_adjtime64',
  nr: { i386: 405, arm: 405 },
  args: [
    ['which_clock', 'clockid'],
    ['tx', 'ptr'],
  ],
  ret: 'int',
  handler: clockAdjtime(kernelTimex),
};

export const ADJTIMEX_ROWS = [sys_adjtimex, sys_clock_adjtime, sys_clock_adjtime64];
