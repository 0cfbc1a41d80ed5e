import type { IsaName } from '../../kernel/ports.ts';
import { ABS32 } from './fixup-kinds.ts';
import type { Relocation } from './object.ts';
import type { RelocationTarget } from './relocate.ts';
import { relocationType } from './relocations.ts';

export interface ResolvedTarget extends RelocationTarget {
  /** The segment it stands in (segmentOf), which moves; null for a mere number. */
  readonly segment: 0 | 1 | 2 | null;
}

/**
 * Whether the field of a movable image, in its data or its text, is a word that has to be moved with what it points to;
 * or why no loader could do that.
 */
export function wordToMove(
  isa: IsaName,
  relocation: Relocation,
  inData: boolean,
  { name, segment }: ResolvedTarget,
): boolean | string {
  const type = relocationType(isa, relocation.type);
  if (!type?.kind || segment === null) return false;
  const told = name === '' ? '' : ` ('${name}')`;
  if (type.kind.pcRelative) {
    if (inData === (segment === 2)) return false;
    return `${type.name}: the distance between text and data is not kept, for they are loaded apart${told}`;
  }
  if (type.kind === ABS32) return true;
  return `${type.name}: when the program is loaded only whole words are moved, not parts of an address${told}: compile with -mno-movt (clang) or -mword-relocations (gcc)`;
}
