import { stringAt } from './bytes.ts';
import { PT_NOTE, SHT_NOTE } from './constants.ts';
import { ElfError } from './error.ts';
import { type ElfFile, sectionBytes } from './reader.ts';

export interface ElfNote {
  readonly name: string;
  readonly type: number;
  readonly description: Uint8Array;
}

/** All notes: of the PT_NOTE segments, or of the note sections where there are no segments. Throws ElfError. */
export function readNotes(image: ElfFile): ElfNote[] {
  const segments = image.segments.filter((s) => s.type === PT_NOTE);
  const areas =
    segments.length > 0
      ? segments.map((s) => ({ bytes: image.file.range(s.offset, s.fileBytes, 'notes'), align: s.align }))
      : image.sections
          .filter((s) => s.type === SHT_NOTE)
          .map((s) => ({ bytes: sectionBytes(image, s), align: s.align }));
  return areas.flatMap(({ bytes, align }) => parseNotes(bytes, align === 8 ? 8 : 4));
}

function parseNotes(bytes: Uint8Array, align: 4 | 8): ElfNote[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const up = (n: number): number => Math.ceil(n / align) * align;
  const out: ElfNote[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameBytes = view.getUint32(at, true);
    const descriptionBytes = view.getUint32(at + 4, true);
    const description = up(at + 12 + nameBytes);
    const end = description + descriptionBytes;
    if (end > bytes.length) throw new ElfError('a note is longer than its section');
    out.push({
      name: stringAt(bytes.subarray(at + 12, at + 12 + nameBytes), 0),
      type: view.getUint32(at + 8, true),
      description: bytes.subarray(description, end),
    });
    at = up(end);
  }
  return out;
}
