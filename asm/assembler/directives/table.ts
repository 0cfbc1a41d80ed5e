import type { Unit } from '../unit.ts';
import { ARM_DIRECTIVES } from './arm.ts';
import { DATA_DIRECTIVES } from './data.ts';
import type { Directive } from './directive.ts';
import { MISC_DIRECTIVES } from './misc.ts';
import { SECTION_DIRECTIVES } from './sections.ts';
import { SPACE_DIRECTIVES } from './space.ts';
import { SYMBOL_DIRECTIVES } from './symbols.ts';
import { X86_DIRECTIVES } from './x86.ts';

/** The directive of that name (lower case, with its dot) on the unit's ISA, or undefined. */
export function findDirective(unit: Unit, name: string): Directive | undefined {
  const own = unit.isa.name === 'arm' ? ARM_DIRECTIVES : X86_DIRECTIVES;
  for (const table of [
    own,
    DATA_DIRECTIVES,
    SPACE_DIRECTIVES,
    SYMBOL_DIRECTIVES,
    SECTION_DIRECTIVES,
    MISC_DIRECTIVES,
  ]) {
    if (Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}
