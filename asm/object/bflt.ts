import * as elf from '../elf/constants.ts';
import { type FlatImage, linkFlat } from './flat.ts';
import { GOT, gotSection, usesGot } from './got.ts';
import type { LinkedSection, LinkOptions } from './image.ts';
import { segmentOf } from './link.ts';
import { LinkError } from './link-error.ts';
import { DATA_ALIGN } from './movable.ts';
import type { AssembledObject } from './object.ts';

export interface BfltOptions extends Pick<LinkOptions, 'entry'> {
  /** Bytes of stack that the program gets; 4096 unless said otherwise. */
  readonly stackBytes?: number;
  /** Have text copied to RAM even where it could be run from the file. It is where words in it have to be moved. */
  readonly ram?: boolean;
}

/** A program and its file. Addresses count from the first byte behind the header. */
export interface BfltImage extends FlatImage {
  readonly file: Uint8Array;
}

/** include/uapi/linux/flat.h */
const HEADER_BYTES = 64;
/** 'bFLT' */
const MAGIC = 0x62464c54;
const FLAT_VERSION = 4;
export const FLAT_FLAG_RAM = 1;
export const FLAT_FLAG_GOTPIC = 2;
const DEFAULT_STACK_BYTES = 4096;
/** fs/binfmt_flat.c refuses lengths of 2^28 and more, and an entry beyond 24 bits. */
const MAX_BYTES = 2 ** 24;
/** Linux leaves a pointer that is 0 alone: nothing may stand there. */
const FIRST_ADDRESS = 4;

/**
 * Link objects to a file in the binary flat format, version 4, of Linux without an MMU (fs/binfmt_flat.c): header, text
 * with constants, data (a global offset table first), and the places of the words to move. Throws LinkError.
 */
export function linkBflt(objects: readonly AssembledObject[], options: BfltOptions = {}): BfltImage {
  const [first] = objects;
  if (first && first.isa !== 'arm') throw new LinkError([`bFLT is for ARM: Linux has it on no ${first.isa}`]);
  const { entry, stackBytes = DEFAULT_STACK_BYTES, ram = false } = options;
  const linking = { base: FIRST_ADDRESS, movable: true, ...(entry === undefined ? {} : { entry }) };
  const image = linkFlat([...objects, ...gotEnd(objects)], linking);
  return { ...image, file: writeBflt(image, stackBytes, ram) };
}

/** The word behind the table, where there is one: an object of its own, the last. */
function gotEnd(objects: readonly AssembledObject[]): AssembledObject[] {
  if (!objects.some(usesGot)) return [];
  const end = gotSection(new Uint8Array(4).fill(0xff));
  return [{ isa: 'arm', file: '', sections: [end], symbols: [], lines: [] }];
}

function writeBflt(image: FlatImage, stackBytes: number, ram: boolean): Uint8Array {
  const data = image.sections.filter((s) => segmentOf(s.flags) === 2);
  const textEnd = Math.max(FIRST_ADDRESS, ...image.sections.filter((s) => !data.includes(s)).map(sectionEnd));
  const dataStart = data[0]?.address ?? alignUp(textEnd, DATA_ALIGN);
  const stored = data.filter((s) => s.type !== elf.SHT_NOBITS);
  const dataEnd = alignUp(Math.max(dataStart, ...stored.map(sectionEnd)), 4);
  const bssEnd = alignUp(Math.max(dataEnd, ...data.map(sectionEnd)), 4);
  const hasGot = data.some((s) => s.name === GOT);
  const inRam = ram || image.addressWords.some((address) => address < dataStart);
  const relocations = dataEnd + HEADER_BYTES;
  if (bssEnd >= MAX_BYTES || stackBytes >= MAX_BYTES) throw new LinkError(['the program is too large for bFLT']);

  const file = new Uint8Array(relocations + image.addressWords.length * 4);
  file.set(image.bytes, HEADER_BYTES + image.base);
  const view = new DataView(file.buffer);
  const header = [
    ...[MAGIC, FLAT_VERSION, image.entry + HEADER_BYTES, dataStart + HEADER_BYTES, relocations, bssEnd + HEADER_BYTES],
    ...[stackBytes, relocations, image.addressWords.length],
    (inRam ? FLAT_FLAG_RAM : 0) | (hasGot ? FLAT_FLAG_GOTPIC : 0),
  ];
  header.forEach((word, i) => {
    view.setUint32(i * 4, word);
  });
  image.addressWords.forEach((address, i) => {
    view.setUint32(relocations + i * 4, address);
    // Beside a table words stand as the CPU reads them, else as the rest of the file does: big-endian.
    if (!hasGot) swapWord(view, HEADER_BYTES + address);
  });
  return file;
}

function swapWord(view: DataView, offset: number): void {
  view.setUint32(offset, view.getUint32(offset, true));
}

const sectionEnd = (s: LinkedSection): number => s.address + s.lenBytes;
const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;
