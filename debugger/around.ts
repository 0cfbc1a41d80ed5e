import type { Machine } from '../emulator/machine/machine.ts';
import { archOf } from '../kernel/arch/index.ts';
import type { Mm } from '../kernel/mm/types.ts';
import type { IsaName, VirtAddr } from '../kernel/ports.ts';
import { getReg } from '../kernel/ptregs.ts';
import type { Task } from '../kernel/task.ts';
import { callsBefore, isCall } from './calls.ts';
import type { CodeLine, CodeReader } from './code.ts';
import { peek, wordNumber } from './memory.ts';
import type { StepRecord } from './records.ts';

/** Decides which tasks are stepped so that a symbol's instructions are seen and the rest runs at full speed. */
export interface Around {
  /** Look at the programs that run now: called at the start and after each exec. */
  refresh(): void;
  /** The task stands inside the symbol, or has just left it by a return. */
  wants(task: Task): boolean;
  /** Called with each step of a wanted task. Returns the call that led into the symbol, where this step is its first. */
  see(task: Task, step: StepRecord): CodeLine | null;
}

interface Range {
  start: VirtAddr;
  end: VirtAddr;
}

/** Where a function finds its return address when it starts. */
const RETURN_ADDRESS: { readonly [isa in IsaName]: 'stack' | 'lr' } = { i386: 'stack', x86_64: 'stack', arm: 'lr' };

/** Breakpoints on every instruction of `symbol`, in every program that has it. */
export function createAround(machine: Machine, code: CodeReader, symbol: string): Around {
  const k = machine.kernel;
  /** By address space; null where the program has no such symbol. */
  const ranges = new Map<number, Range | null>();
  /** Where each stepped process goes next, and whether it left the symbol by something that is no call. */
  const inside = new Set<number>();
  const leaving = new Set<number>();

  function rangeOf(mm: Mm): Range | null {
    let range = ranges.get(mm.id);
    if (range === undefined) {
      const found = code.symbols.find(mm, symbol);
      range = found ? { start: found.address, end: found.address + Math.max(1, found.lenBytes) } : null;
      ranges.set(mm.id, range);
    }
    return range;
  }

  function pcOf(task: Task): VirtAddr {
    return getReg(k, task, archOf(task.isa).ptRegs.ip);
  }

  /** At every instruction, so that a return into the middle stops as well. */
  function setBreakpoints(task: Task, mm: Mm, range: Range): void {
    const flags = getReg(k, task, archOf(task.isa).ptRegs.flags);
    for (let at = range.start; at < range.end; ) {
      k.cpus(mm.isa).setBreakpoint(at);
      const line = code.at(mm, at, flags);
      at += Math.max(1, line.bytes.length);
    }
  }

  function callBefore(task: Task, mm: Mm, entry: VirtAddr, sp: VirtAddr): CodeLine | null {
    const { wordBytes, ptRegs } = archOf(mm.isa);
    const flags = getReg(k, task, ptRegs.flags);
    const fromStack = RETURN_ADDRESS[mm.isa] === 'stack';
    const back = fromStack ? wordNumber(peek(k, mm, sp, wordBytes)) : getReg(k, task, ptRegs.names.indexOf('lr'));
    return callsBefore(code, mm, back, flags).find(({ target }) => target === entry) ?? null;
  }

  return {
    refresh() {
      for (const task of k.state.tasks.values()) {
        const { mm } = task;
        if (!mm || ranges.has(mm.id)) continue;
        const range = rangeOf(mm);
        if (range) setBreakpoints(task, mm, range);
      }
    },
    wants(task) {
      const range = task.mm ? rangeOf(task.mm) : null;
      if (!range) return false;
      const pc = pcOf(task);
      if (pc >= range.start && pc < range.end) return true;
      inside.delete(task.pid);
      return leaving.delete(task.pid);
    },
    see(task, step) {
      const range = ranges.get(step.mm);
      if (!range || step.pc < range.start || step.pc >= range.end) return null;
      const first = !inside.has(task.pid) && step.pc === range.start;
      inside.add(task.pid);
      const leaves = step.nextPc < range.start || step.nextPc >= range.end;
      if (leaves && !isCall(step) && step.nextPc !== step.pc + step.bytes.length) leaving.add(task.pid);
      if (!first || task.mm?.id !== step.mm) return null;
      return callBefore(task, task.mm, step.pc, step.sp);
    },
  };
}
