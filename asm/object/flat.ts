import { SHT_NOBITS } from '../elf/constants.ts';
import type { LinkedImage, LinkOptions } from './image.ts';
import { linkObjects } from './link.ts';
import type { AssembledObject } from './object.ts';

/** Bytes without any file format, and what they mean. */
export interface FlatImage extends LinkedImage {
  /** From `base` up to the end of the last section that stores bytes; .bss follows behind. */
  readonly bytes: Uint8Array;
  /** Length with .bss. */
  readonly memoryBytes: number;
}

/** Link objects to bytes that run at `options.base` (0 unless said otherwise). Throws LinkError. */
export function linkFlat(objects: readonly AssembledObject[], options: LinkOptions = {}): FlatImage {
  const image = linkObjects(objects, { base: 0, ...options, flat: true });
  const stored = image.sections.filter((s) => s.type !== SHT_NOBITS);
  const end = (sections: LinkedImage['sections']): number =>
    sections.reduce((max, s) => Math.max(max, s.address + s.lenBytes), image.base);
  const bytes = new Uint8Array(end(stored) - image.base);
  for (const section of stored) bytes.set(section.bytes, section.address - image.base);
  return { ...image, bytes, memoryBytes: end(image.sections) - image.base };
}
