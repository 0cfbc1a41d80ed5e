import type { Disassembler } from '../asm/index.ts';
import type { Mm } from '../kernel/mm/types.ts';
import type { IsaName, VirtAddr } from '../kernel/ports.ts';
import type { Kernel } from '../kernel/state.ts';
import type { Images } from './images.ts';
import { createLines, type Lines } from './lines.ts';
import { type Aside, peekFile } from './memory.ts';
import type { SymbolPlace } from './records.ts';
import { createSymbols, type Symbols } from './symbols.ts';

/** An instruction as it stands in memory. */
export interface CodeLine {
  readonly address: VirtAddr;
  /** Empty where no page is. */
  readonly bytes: Uint8Array;
  readonly mnemonic: string;
  /** Addresses of branches are put as symbols. */
  readonly operands: string;
  readonly place: SymbolPlace | null;
  /** Where a direct branch or call goes; null for anything else. */
  readonly target: VirtAddr | null;
}

/** Reads code from user memory; what was decoded once is kept while its bytes stay the same. */
export interface CodeReader {
  /** The instruction at `pc`; `flags` is the flags register, which on ARM holds the Thumb bit. */
  at(mm: Mm, pc: VirtAddr, flags: number): CodeLine;
  readonly symbols: Symbols;
  readonly lines: Lines;
}

const THUMB_FLAG: { readonly [isa in IsaName]: number } = { i386: 0, x86_64: 0, arm: 0x20 };
const LONGEST_INSTRUCTION = 16;

/** `syntax` is for x86. */
export function createCodeReader(
  k: Kernel,
  disassembler: Disassembler,
  images: Images,
  { syntax = 'att', aside = (look) => look() }: { syntax?: 'att' | 'intel'; aside?: Aside } = {},
): CodeReader {
  const decoded = new Map<number, Map<number, CodeLine>>();
  const symbols = createSymbols(images);

  function decode(mm: Mm, pc: VirtAddr, thumb: boolean, memory: Uint8Array): CodeLine {
    const place = symbols.place(mm, pc);
    if (memory.length === 0) {
      const nothing = { mnemonic: '(no page)', operands: '' };
      return { address: pc, bytes: memory, ...nothing, place, target: null };
    }
    const shown = disassembler.one(mm.isa, memory, pc, { thumb, syntax });
    const symbol = shown.target === undefined ? null : symbols.place(mm, shown.target);
    return {
      address: pc,
      bytes: memory.slice(0, shown.lenBytes),
      mnemonic: shown.mnemonic,
      operands: symbol ? shown.operands.replace(/#?(?:0x[0-9a-f]+|\d+)$/, placeText(symbol)) : shown.operands,
      place,
      target: shown.target ?? null,
    };
  }

  return {
    symbols,
    lines: createLines(images),
    at(mm, pc, flags) {
      const thumb = (flags & THUMB_FLAG[mm.isa]) !== 0;
      const memory = peekFile(k, mm, pc, LONGEST_INSTRUCTION, aside);
      let known = decoded.get(mm.id);
      if (!known) {
        known = new Map();
        decoded.set(mm.id, known);
      }
      const key = pc * 2 + (thumb ? 1 : 0);
      const before = known.get(key);
      if (before && before.bytes.length > 0 && startsWith(memory, before.bytes)) return before;
      const line = decode(mm, pc, thumb, memory);
      known.set(key, line);
      return line;
    },
  };
}

/** An address of code as a register or a word holds it: bit 0 of one of ARM is the Thumb state. `flags` is for CodeReader.at. */
export function codeTarget(isa: IsaName, value: VirtAddr): { readonly pc: VirtAddr; readonly flags: number } {
  const thumb = THUMB_FLAG[isa];
  return thumb !== 0 && value % 2 === 1 ? { pc: value - 1, flags: thumb } : { pc: value, flags: 0 };
}

function startsWith(memory: Uint8Array, bytes: Uint8Array): boolean {
  if (memory.length < bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (memory[i] !== bytes[i]) return false;
  return true;
}

/** `vfork+9` */
export function placeText(place: SymbolPlace): string {
  return place.offset === 0 ? place.name : `${place.name}+${place.offset}`;
}
