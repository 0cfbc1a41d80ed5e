import type { Mm } from '../kernel/mm/types.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { Kernel } from '../kernel/state.ts';
import { peek, wordHex, wordNumber } from './memory.ts';
import type { StepRecord } from './records.ts';
import type { WriterLog } from './writer-log.ts';

/** One word of the stack as a view shows it. */
export interface StackWord {
  readonly addr: VirtAddr;
  /** Its value in hexadecimal, all digits; dots where no page is. */
  readonly hex: string;
  readonly value: number;
  /** Saved return address of a call. */
  readonly isReturn: boolean;
  /** The step that wrote it last: of its bytes the newest; null when it was there before. */
  readonly writer: StepRecord | null;
  /** More than one step wrote its bytes. */
  readonly torn: boolean;
}

/** `count` words from `lowest` upwards, returned from the highest down, as stacks are drawn. */
export function stackWords(
  k: Kernel,
  mm: Mm,
  lowest: VirtAddr,
  { count, wordBytes }: { count: number; wordBytes: number },
  log: WriterLog,
): StackWord[] {
  const words: StackWord[] = [];
  for (let i = count - 1; i >= 0; i--) {
    const addr = lowest + i * wordBytes;
    const bytes = peek(k, mm, addr, wordBytes);
    const value = wordNumber(bytes);
    const writers = log.wordWriters(mm.id, addr, wordBytes);
    words.push({
      addr,
      hex: wordHex(bytes, wordBytes),
      value,
      isReturn: log.isReturnAddress(mm.id, value),
      writer: writers[0] ?? null,
      torn: writers.length > 1,
    });
  }
  return words;
}
