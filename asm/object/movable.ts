import type { IsaName } from '../../kernel/ports.ts';
import { ABS32 } from './fixup-kinds.ts';
import type { Relocation } from './object.ts';
import type { RelocationTarget } from './relocate.ts';
import { relocationType } from './relocations.ts';

/** Linux puts the data of a movable image at a multiple of this (FLAT_DATA_ALIGN). In bytes. */
export const DATA_ALIGN = 32;

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
  if (type.kind.pcRelative) {
    if (inData === (segment === 2)) return false;
    return `${type.name}: the distance to '${name}' is not kept, for text and data are loaded apart`;
  }
  if (type.kind === ABS32) return true;
  return `${type.name}: only whole words are moved when the program is loaded, not this part of the address of '${name}'`;
}
