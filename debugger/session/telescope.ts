import { type Mm, VM_EXEC } from '../../kernel/mm/types.ts';
import { vmaAt } from '../../kernel/mm/vma.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import { codeTarget, placeText } from '../code.ts';
import { peek, wordNumber } from '../memory.ts';
import type { Session } from './session.ts';

const MAX_LINKS = 3;
const MAX_TEXT = 40;
const MIN_TEXT = 3;

/**
 * What a value points at, and what that points at: `<main+39>`, an instruction where no symbol is known, `"text"`, or a word in
 * hexadecimal. Empty for a value that is no address of memory that is there.
 */
export function telescope({ kernel: k, code }: Session, mm: Mm, value: VirtAddr, wordBytes: number): string[] {
  const links: string[] = [];
  const seen = new Set<VirtAddr>();
  for (let at = value; links.length < MAX_LINKS && !seen.has(at); ) {
    seen.add(at);
    const vma = vmaAt(mm, at);
    if (!vma) break;
    const { pc, flags } = codeTarget(mm.isa, at);
    const place = code.symbols.place(mm, pc);
    if (place || vma.flags & VM_EXEC) {
      const line = code.at(mm, pc, flags);
      links.push(place ? `<${placeText(place)}>` : `${line.mnemonic} ${line.operands}`.trim());
      break;
    }
    const bytes = peek(k, mm, at, MAX_TEXT);
    if (bytes.length < wordBytes) break;
    const text = printable(bytes);
    if (text !== null) {
      links.push(text);
      break;
    }
    const word = bytes.subarray(0, wordBytes);
    at = wordNumber(word);
    links.push(at.toString(16));
  }
  return links;
}

/** The bytes as a quoted string, when a string of some length begins there. */
function printable(bytes: Uint8Array): string | null {
  const end = bytes.findIndex((byte) => (byte < 0x20 || byte > 0x7e) && byte !== 0x0a && byte !== 0x09);
  const length = end < 0 ? bytes.length : end;
  if (length < MIN_TEXT || (end >= 0 && bytes[end] !== 0)) return null;
  return `${JSON.stringify(Buffer.from(bytes.subarray(0, length)).toString('latin1'))}${end < 0 ? '...' : ''}`;
}
