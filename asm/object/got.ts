import * as elf from '../elf/constants.ts';
import { ABS32 } from './fixup-kinds.ts';
import type { AssembledObject, ObjectSection, ObjectSymbol, Relocation } from './object.ts';
import { relocationFor, relocationType } from './relocations.ts';

/** The section that holds the global offset table. */
export const GOT = '.got';

/** Whether the object has a table, or code that asks for one. */
export function usesGot({ isa, sections }: AssembledObject): boolean {
  return sections.some(
    (s) => s.name === GOT || s.relocations.some((r) => relocationType(isa, r.type)?.kind?.from === 'got'),
  );
}

/** The object with a word in a .got of its own for each symbol that its code reaches through the table. */
export function withGotEntries(object: AssembledObject): AssembledObject {
  const wordType = relocationFor(object.isa, ABS32)?.number ?? 0;
  const words: Relocation[] = [];
  const entries: ObjectSymbol[] = [];
  const entryOf = new Map<number, number>();
  const toEntry = (relocation: Relocation): Relocation => {
    if (relocationType(object.isa, relocation.type)?.kind?.from !== 'got') return relocation;
    let entry = entryOf.get(relocation.symbol);
    if (entry === undefined) {
      const offset = words.length * 4;
      entry = object.symbols.length + entries.length;
      entryOf.set(relocation.symbol, entry);
      words.push({ offset, type: wordType, symbol: relocation.symbol, addend: 0n });
      entries.push(entrySymbol(object.sections.length, offset));
    }
    return { ...relocation, symbol: entry };
  };
  const sections = object.sections.map((s) => ({ ...s, relocations: s.relocations.map(toEntry) }));
  if (words.length === 0) return object;
  return {
    ...object,
    sections: [...sections, gotSection(new Uint8Array(words.length * 4), words)],
    symbols: [...object.symbols, ...entries],
  };
}

function entrySymbol(section: number, offset: number): ObjectSymbol {
  const value = BigInt(offset);
  const plain = { name: '', thumb: false, binding: 'local', type: 'section', visibility: 'default' } as const;
  return { ...plain, section, value, size: 4n };
}

/** A piece of the table. */
export function gotSection(bytes: Uint8Array, relocations: readonly Relocation[] = []): ObjectSection {
  const flags = elf.SHF_ALLOC | elf.SHF_WRITE;
  const plain = { name: GOT, type: elf.SHT_PROGBITS, flags, entsize: 4, align: 4, group: null };
  return { ...plain, lenBytes: bytes.length, bytes, relocations };
}
