import type { Mm } from '../../kernel/mm/types.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import type { CodeReader } from '../code.ts';
import type { LinePlace, SourceLine } from '../lines.ts';

/** A place in code by its name, in whatever file has it: plain data. */
export interface Wanted {
  /** The end of a source file's path; null for a function of any. */
  readonly file: string | null;
  /** A function, or a line of the file. */
  readonly what: string | number;
}

/** Where it is in an address space: a function behind its prologue; null where no file that is mapped has it. */
export function findWanted(
  { symbols, lines }: CodeReader,
  mm: Mm,
  { file, what }: Wanted,
): { readonly addresses: readonly VirtAddr[]; readonly line: LinePlace | SourceLine | null } | null {
  if (typeof what === 'number') {
    const found = file !== null && what > 0 ? lines.places(mm, file, what) : null;
    return found && { addresses: found.addresses, line: found };
  }
  const address = symbols.find(mm, what)?.address;
  if (address === undefined) return null;
  const body = lines.body(mm, address);
  return { addresses: [body], line: lines.at(mm, body) };
}
