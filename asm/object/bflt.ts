import * as elf from '../elf/constants.ts';
import {
  FLAT_DATA_ALIGN,
  FLAT_FLAG_GOTPIC,
  FLAT_FLAG_RAM,
  FLAT_HEADER_BYTES,
  FLAT_MAGIC,
  FLAT_VERSION,
} from './bflt-constants.ts';
import { type FlatImage, linkFlat } from './flat.ts';
import { GOT, gotSection, usesGot } from './got.ts';
import type { LinkedSection, LinkOptions } from './image.ts';
import { alignUp, segmentOf } from './link.ts';
import { LinkError } from './link-error.ts';
import type { AssembledObject } from './object.ts';

export interface BfltOptions extends Pick<LinkOptions, 'entry'> {
  /** Bytes of stack that the program gets; 4096 unless said otherwise. */
  readonly stackBytes?: number;
}

/** A program and its file. Addresses count from the first byte behind the header. */
export interface BfltImage extends FlatImage {
  readonly file: Uint8Array;
}

const DEFAULT_STACK_BYTES = 4096;
/** fs/binfmt_flat.c takes 24 bits of the entry, and refuses lengths of 2^28 and more. */
const MAX_IMAGE_BYTES = 2 ** 24;
const MAX_STACK_BYTES = 2 ** 28;
/** Linux leaves a pointer that is 0 alone: nothing may stand there. */
const FIRST_ADDRESS = 4;

/**
 * Link objects to a file in the binary flat format, version 4, of Linux without an MMU (fs/binfmt_flat.c): header, text
 * with constants, data (a global offset table first), and the places of the words to move. Throws LinkError.
 */
export function linkBflt(objects: readonly AssembledObject[], options: BfltOptions = {}): BfltImage {
  const [first] = objects;
  if (first && first.isa !== 'arm') throw new LinkError([`bFLT is for ARM: Linux has it on no ${first.isa}`]);
  const { entry, stackBytes = DEFAULT_STACK_BYTES } = options;
  const linking = { base: FIRST_ADDRESS, movable: true, ...(entry === undefined ? {} : { entry }) };
  const image = linkFlat([...objects, ...gotEnd(objects)], linking);
  return { ...image, file: writeBflt(image, stackBytes) };
}

/** The word behind the table, where there is one: an object of its own, the last. */
function gotEnd(objects: readonly AssembledObject[]): AssembledObject[] {
  if (!objects.some(usesGot)) return [];
  const end = gotSection(new Uint8Array(4).fill(0xff));
  return [{ isa: 'arm', file: '', sections: [end], symbols: [], lines: [] }];
}

function writeBflt(image: FlatImage, stackBytes: number): Uint8Array {
  const data = image.sections.filter((s) => segmentOf(s.flags) === 2);
  const textEnd = Math.max(FIRST_ADDRESS, ...image.sections.filter((s) => !data.includes(s)).map(sectionEnd));
  const dataStart = data[0]?.address ?? alignUp(textEnd, FLAT_DATA_ALIGN);
  const stored = data.filter((s) => s.type !== elf.SHT_NOBITS);
  const dataEnd = alignUp(Math.max(dataStart, ...stored.map(sectionEnd)), 4);
  const bssEnd = alignUp(Math.max(dataEnd, ...data.map(sectionEnd)), 4);
  const hasGot = data.some((s) => s.name === GOT);
  // Text whose words are moved cannot be run from the file.
  const inRam = image.addressWords.some((address) => address < dataStart);
  const relocations = dataEnd + FLAT_HEADER_BYTES;
  if (bssEnd >= MAX_IMAGE_BYTES) throw new LinkError(['the program is too large for bFLT']);
  if (stackBytes >= MAX_STACK_BYTES) throw new LinkError([`a stack of ${stackBytes} bytes is too large for bFLT`]);

  const file = new Uint8Array(relocations + image.addressWords.length * 4);
  file.set(image.bytes, FLAT_HEADER_BYTES + image.base);
  const view = new DataView(file.buffer);
  const header = [
    FLAT_MAGIC,
    FLAT_VERSION,
    image.entry + FLAT_HEADER_BYTES,
    dataStart + FLAT_HEADER_BYTES,
    dataEnd + FLAT_HEADER_BYTES,
    bssEnd + FLAT_HEADER_BYTES,
    stackBytes,
    relocations,
    image.addressWords.length,
    (inRam ? FLAT_FLAG_RAM : 0) | (hasGot ? FLAT_FLAG_GOTPIC : 0),
  ];
  header.forEach((word, i) => {
    view.setUint32(i * 4, word);
  });
  image.addressWords.forEach((address, i) => {
    view.setUint32(relocations + i * 4, address);
    // Beside a table words stand as the CPU reads them, else as the rest of the file does: big-endian.
    if (!hasGot) swapWord(view, FLAT_HEADER_BYTES + address);
  });
  return file;
}

function swapWord(view: DataView, offset: number): void {
  view.setUint32(offset, view.getUint32(offset, true));
}

const sectionEnd = (s: LinkedSection): number => s.address + s.lenBytes;
