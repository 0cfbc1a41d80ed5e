import { archOf } from '../../kernel/arch/index.ts';
import { translate } from '../../kernel/mm/pagetable.ts';
import { type Mm, PAGE_SIZE } from '../../kernel/mm/types.ts';
import type { IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { Kernel } from '../../kernel/state.ts';
import { peek, wordHex } from '../memory.ts';
import { changedRegisters, copyRegisters, type RegisterChange, type RegisterWords } from '../registers.ts';
import type { Session } from './session.ts';

export interface WordChange {
  readonly address: VirtAddr;
  /** In hexadecimal, without prefix; null where there was no page. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two instants. A process or address space that is there at one of them only is in `gone` or `come`. */
export interface InstantDifference {
  readonly processes: readonly { readonly pid: number; readonly registers: readonly RegisterChange[] }[];
  readonly spaces: readonly { readonly mm: number; readonly words: readonly WordChange[]; readonly more: number }[];
  readonly gone: readonly number[];
  readonly come: readonly number[];
}

interface Instant {
  readonly registers: ReadonlyMap<number, { readonly isa: IsaName; readonly words: RegisterWords }>;
  readonly pages: ReadonlyMap<number, { readonly isa: IsaName; readonly pages: ReadonlyMap<VirtAddr, Uint8Array> }>;
}

/** Pages that are compared, at most: 256 MB. */
const MAX_PAGES = 65536;

/** Goes to `from` and `to`, and back to where the machine stood. Throws RangeError for instants that are not recorded. */
export function instantDifference(session: Session, from: number, to: number, maxWords: number): InstantDifference {
  const { history, kernel } = session;
  const here = history.t;
  const at = (t: number): Instant => {
    history.seek(t);
    return copyInstant(kernel);
  };
  try {
    return compare(at(from), at(to), maxWords);
  } finally {
    history.seek(here);
  }
}

function copyInstant(k: Kernel): Instant {
  const registers = new Map<number, { isa: IsaName; words: RegisterWords }>();
  const pages = new Map<number, { isa: IsaName; pages: Map<VirtAddr, Uint8Array> }>();
  let left = MAX_PAGES;
  for (const task of k.state.tasks.values()) {
    const { mm } = task;
    if (!mm) continue;
    registers.set(task.pid, { isa: task.isa, words: copyRegisters(k, task) });
    if (pages.has(mm.id)) continue;
    const own = copyPages(k, mm, left);
    left -= own.size;
    pages.set(mm.id, { isa: mm.isa, pages: own });
  }
  return { registers, pages };
}

function copyPages(k: Kernel, mm: Mm, max: number): Map<VirtAddr, Uint8Array> {
  const pages = new Map<VirtAddr, Uint8Array>();
  for (const { start, end } of mm.vmas) {
    for (let at = start; at < end; at += PAGE_SIZE) {
      if (translate(k, mm, at, false) < 0) continue;
      if (pages.size >= max) throw new RangeError('more than 256 MB of memory is in use: too much to compare');
      pages.set(at, peek(k, mm, at, PAGE_SIZE));
    }
  }
  return pages;
}

function compare(a: Instant, b: Instant, maxWords: number): InstantDifference {
  const processes = [...a.registers].flatMap(([pid, { isa, words }]) => {
    const after = b.registers.get(pid);
    if (after?.isa !== isa) return [];
    const registers = changedRegisters(isa, words, after.words);
    return registers.length === 0 ? [] : [{ pid, registers }];
  });
  const spaces = [...a.pages].flatMap(([mm, { isa, pages }]) => {
    const after = b.pages.get(mm);
    if (!after) return [];
    const found = comparePages(pages, after.pages, { wordBytes: archOf(isa).wordBytes, maxWords });
    return found.words.length === 0 ? [] : [{ mm, ...found }];
  });
  return {
    processes,
    spaces,
    gone: [...a.registers.keys()].filter((pid) => !b.registers.has(pid)),
    come: [...b.registers.keys()].filter((pid) => !a.registers.has(pid)),
  };
}

function comparePages(
  before: ReadonlyMap<VirtAddr, Uint8Array>,
  after: ReadonlyMap<VirtAddr, Uint8Array>,
  { wordBytes, maxWords }: { readonly wordBytes: number; readonly maxWords: number },
): { words: WordChange[]; more: number } {
  const words: WordChange[] = [];
  let more = 0;
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort((x, y) => x - y);
  for (const page of addresses) {
    const [a, b] = [before.get(page), after.get(page)];
    if (a && b && Buffer.compare(a, b) === 0) continue;
    for (let at = 0; at < PAGE_SIZE; at += wordBytes) {
      const [x, y] = [a, b].map((bytes) => (bytes ? wordHex(bytes.subarray(at, at + wordBytes), wordBytes) : null));
      // A page that comes full of zeros, or goes, has changed nothing that is worth a line.
      if (x === y || (isNothing(x) && isNothing(y))) continue;
      if (words.length < maxWords) words.push({ address: page + at, before: x ?? null, after: y ?? null });
      else more++;
    }
  }
  return { words, more };
}

function isNothing(hex: string | null | undefined): boolean {
  return hex == null || /^0+$/.test(hex);
}
