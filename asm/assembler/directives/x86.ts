import { StatementError } from '../diagnostics.ts';
import type { Unit } from '../unit.ts';
import type { Directive } from './directive.ts';

/** `.code32` and `.code64` may only say what the object is anyway. */
const code =
  (addressBytes: number): Directive =>
  (unit: Unit) => {
    if (unit.isa.addressBytes !== addressBytes)
      throw new StatementError(`this object is ${unit.isa.name}: the mode of the CPU cannot change in it`);
  };

export const X86_DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.att_syntax': (unit, cursor) => {
    if (cursor.accept('noprefix')) throw new StatementError('AT&T registers are written with %');
    cursor.accept('prefix');
    unit.syntax = 'att';
  },
  '.intel_syntax': (unit, cursor) => {
    if (!cursor.accept('noprefix')) cursor.accept('prefix');
    unit.syntax = 'intel';
  },
  '.code32': code(4),
  '.code64': code(8),
  '.arch': (_unit, cursor) => {
    cursor.at = cursor.text.length;
  },
};
