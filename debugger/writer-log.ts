import type { VirtAddr } from '../kernel/ports.ts';
import { isCall } from './calls.ts';
import { wordNumber } from './memory.ts';
import type { EventRecord, StepRecord } from './records.ts';

/**
 * Who wrote each byte of user memory last, by address space. Bytes, not words: half a return address may change hands.
 */
export interface WriterLog {
  /** Take a step into account, in order of t. */
  see(step: StepRecord): void;
  /** The step that wrote the byte last, or null when no step seen did. */
  writer(mm: number, addr: VirtAddr): StepRecord | null;
  /** The steps behind the bytes of a word, newest first, without repeats. */
  wordWriters(mm: number, addr: VirtAddr, lenBytes: number): StepRecord[];
  /** A call seen in this address space put this value on the stack, or into lr, as its return address. */
  isReturnAddress(mm: number, value: number): boolean;
}

interface Space {
  writers: Map<VirtAddr, StepRecord>;
  returns: Set<number>;
}

export function createWriterLog(): WriterLog {
  const spaces = new Map<number, Space>();

  function space(mm: number): Space {
    let found = spaces.get(mm);
    if (!found) {
      found = { writers: new Map(), returns: new Set() };
      spaces.set(mm, found);
    }
    return found;
  }

  /** fork copies the memory: who wrote it stays known. */
  function inherit(event: EventRecord, parentMm: number): void {
    if (event.kind !== 'fork' || event.childMm === undefined || event.childMm === parentMm) return;
    const from = space(parentMm);
    spaces.set(event.childMm, { writers: new Map(from.writers), returns: new Set(from.returns) });
  }

  return {
    see(step) {
      const own = space(step.mm);
      for (const { addr, bytes } of step.writes) {
        for (let i = 0; i < bytes.length; i++) own.writers.set(addr + i, step);
      }
      if (isCall(step)) own.returns.add(step.pc + step.bytes.length);
      for (const event of step.events) inherit(event, step.mm);
    },
    writer: (mm, addr) => spaces.get(mm)?.writers.get(addr) ?? null,
    wordWriters(mm, addr, lenBytes) {
      const found = new Set<StepRecord>();
      for (let i = 0; i < lenBytes; i++) {
        const step = spaces.get(mm)?.writers.get(addr + i);
        if (step) found.add(step);
      }
      return [...found].sort((a, b) => b.t - a.t);
    },
    isReturnAddress: (mm, value) => spaces.get(mm)?.returns.has(value) ?? false,
  };
}

/** The value of a word that a step wrote at exactly this address, or null. */
export function writtenValue(step: StepRecord, addr: VirtAddr, lenBytes: number): number | null {
  for (const write of step.writes) {
    const at = addr - write.addr;
    if (at >= 0 && at + lenBytes <= write.bytes.length) return wordNumber(write.bytes.subarray(at, at + lenBytes));
  }
  return null;
}
