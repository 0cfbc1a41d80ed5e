import { archOf } from '../kernel/arch/index.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { StepRecord } from './records.ts';
import { createWriterLog, type WriterLog, writtenValue } from './writer-log.ts';

/**
 * A return that went where another process sharing the memory had last put an address: the three instructions that
 * explain it, and what the slot held before.
 */
export interface TakenReturn {
  /** Where on the stack. */
  readonly slot: VirtAddr;
  /** The address that was taken. */
  readonly value: number;
  /** Who wrote it there. */
  readonly pushed: StepRecord;
  /** The trap in which the one that returned slept meanwhile (vfork), or null when it did not sleep. */
  readonly slept: StepRecord | null;
  /** t at which it was let go, null when it did not sleep. */
  readonly wokenAt: number | null;
  /** Whose return took it. */
  readonly took: StepRecord;
  /** The call or push that had put the right address there, and that address. */
  readonly meant: { readonly step: StepRecord; readonly value: number } | null;
}

/** Takes steps in order and finds the returns that were taken over. */
export interface ReturnWatch {
  see(step: StepRecord): void;
  readonly found: readonly TakenReturn[];
  readonly log: WriterLog;
}

interface Process {
  bornAt: number;
  slept: StepRecord | null;
  wokenAt: number | null;
}

const RETURN = /^ret[lqwn]?$/;

export function watchReturns(log: WriterLog = createWriterLog()): ReturnWatch {
  const processes = new Map<number, Process>();
  const found: TakenReturn[] = [];
  /** Steps that pushed an address for a later return, by slot and address space: the newest of each process. */
  const pushes = new Map<string, StepRecord>();

  function process(pid: number): Process {
    let known = processes.get(pid);
    if (!known) {
      known = { bornAt: -1, slept: null, wokenAt: null };
      processes.set(pid, known);
    }
    return known;
  }

  function seeEvents(step: StepRecord): void {
    for (const event of [...step.before, ...step.events]) {
      if (event.kind === 'fork' && event.child !== undefined) process(event.child).bornAt = event.t;
      if (event.kind === 'vfork-wait') Object.assign(process(event.pid), { slept: step, wokenAt: null });
      if (event.kind === 'vfork-done') process(event.pid).wokenAt = event.t;
    }
  }

  function seeReturn(step: StepRecord): void {
    const slot = returnSlot(step);
    if (slot === null) return;
    const pushed = log.writer(step.mm, slot);
    const own = process(step.pid);
    // What was there before a process was born is its own as well: a vfork child returns with its parent's address.
    if (!pushed || pushed.pid === step.pid || pushed.t <= own.bornAt) return;
    const sleeps = own.slept !== null && own.slept.t < pushed.t && (own.wokenAt ?? Infinity) >= pushed.t;
    const meant = pushes.get(`${step.mm} ${slot} ${step.pid}`);
    const meantValue = meant ? writtenValue(meant, slot, archOf(step.isa).wordBytes) : null;
    found.push({
      slot,
      value: step.nextPc,
      pushed,
      slept: sleeps ? own.slept : null,
      wokenAt: sleeps ? own.wokenAt : null,
      took: step,
      meant: meant && meantValue !== null ? { step: meant, value: meantValue } : null,
    });
  }

  return {
    found,
    log,
    see(step) {
      seeEvents(step);
      seeReturn(step);
      log.see(step);
      const { wordBytes } = archOf(step.isa);
      for (const { addr, bytes } of step.writes) {
        for (let at = 0; at < bytes.length; at += wordBytes) pushes.set(`${step.mm} ${addr + at} ${step.pid}`, step);
      }
    },
  };
}

/** The stack word that a return has popped into pc, or null for any other instruction. */
export function returnSlot(step: StepRecord): VirtAddr | null {
  if (RETURN.test(step.mnemonic)) return step.sp;
  // ARM: pc is the highest register of the list, so it comes from the highest address.
  const pops = /^(?:pop|ldm(?:ia|fd)?)(?:\.w)?$/.test(step.mnemonic) && /\bpc\b/.test(step.operands);
  return pops && step.spAfter > step.sp ? step.spAfter - archOf(step.isa).wordBytes : null;
}
