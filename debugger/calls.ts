import type { Mm } from '../kernel/mm/types.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { CodeLine, CodeReader } from './code.ts';

/** Calls and returns, by what the disassembler names them on all ISAs. */

type Instruction = Pick<CodeLine, 'mnemonic' | 'operands'>;

/** A branch that keeps no return address is no call. */
const CALL = /^(?:l?calll?q?|blx?)$/;
const RETURN = /^((repz? )?ret[lqw]?( .*)?|bx(\w\w)? lr|mov(\w\w)? pc, ?lr|(pop|ldm).*\bpc\b.*)$/;
const LONGEST_CALL = 7;

export function isCall({ mnemonic }: Pick<CodeLine, 'mnemonic'>): boolean {
  return CALL.test(mnemonic);
}

export function isReturn({ mnemonic, operands }: Instruction): boolean {
  return RETURN.test(`${mnemonic} ${operands}`.trim());
}

/** The calls that return to `returnTo`: on x86 more than one length may decode as one. */
export function callsBefore(code: CodeReader, mm: Mm, returnTo: VirtAddr, flags: number): CodeLine[] {
  const found: CodeLine[] = [];
  for (let lenBytes = 2; lenBytes <= Math.min(LONGEST_CALL, returnTo); lenBytes++) {
    const line = code.at(mm, returnTo - lenBytes, flags);
    if (line.bytes.length === lenBytes && isCall(line)) found.push(line);
  }
  return found;
}
