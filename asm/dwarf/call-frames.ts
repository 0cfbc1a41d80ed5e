import { PT_LOAD } from '../elf/constants.ts';
import type { ElfFile } from '../elf/reader.ts';
import { findSection } from '../elf/reader.ts';
import { Cursor, DwarfError, orBroken } from './cursor.ts';
import { readPointer } from './pointers.ts';
import { lastStart } from './ranges.ts';
import { sectionsOf } from './sections.ts';
import { type CommonEntry, type FrameEntry, runCallFrame, type UnwindRow } from './unwind-row.ts';

/** A section with call frame information. */
interface FrameSection {
  readonly bytes: Uint8Array;
  /** Where it was linked to. */
  readonly address: number;
  readonly isEh: boolean;
  readonly addressBytes: number;
}

const PT_GNU_EH_FRAME = 0x6474_e550;
const MAX_KNOWN_ROWS = 1 << 16;

/** .eh_frame and .debug_frame of a file: how to get from a frame to its caller's. Nothing is thrown for what is broken: it is not there. */
export class CallFrames {
  private readonly elf: ElfFile;
  private readonly rows = new Map<number, UnwindRow | null>();
  private entryList: readonly FrameEntry[] | null = null;

  constructor(elf: ElfFile) {
    this.elf = elf;
  }

  /** The rules that hold in front of the instruction at this address; null where the file has none. */
  rowAt(address: number): UnwindRow | null {
    const known = this.rows.get(address);
    if (known !== undefined) return known;
    const entry = this.entryAt(address);
    const row = entry ? orBroken(null, () => runCallFrame(entry, address)) : null;
    if (this.rows.size >= MAX_KNOWN_ROWS) this.rows.clear();
    this.rows.set(address, row);
    return row;
  }

  /** The function that an address belongs to. */
  entryAt(address: number): FrameEntry | null {
    const entries = this.entries();
    const entry = entries[lastStart(entries, address)];
    return entry && address < entry.end ? entry : null;
  }

  private entries(): readonly FrameEntry[] {
    this.entryList ??= frameSections(this.elf)
      .flatMap(readFrames)
      .sort((a, b) => a.start - b.start);
    return this.entryList;
  }
}

function frameSections(elf: ElfFile): FrameSection[] {
  const found: FrameSection[] = [];
  const addressBytes = elf.file.is64 ? 8 : 4;
  const sections = sectionsOf(elf);
  for (const name of ['.debug_frame', '.eh_frame']) {
    const bytes = sections(name);
    const address = findSection(elf, name)?.address ?? 0;
    if (bytes.length > 0) found.push({ bytes, address, isEh: name === '.eh_frame', addressBytes });
  }
  const header = found.some(({ isEh }) => isEh) ? null : orBroken(null, () => throughHeader(elf, addressBytes));
  return header ? [...found, header] : found;
}

/** .eh_frame of a file without section headers: PT_GNU_EH_FRAME says where it begins. */
function throughHeader(elf: ElfFile, addressBytes: number): FrameSection | null {
  const header = elf.segments.find(({ type }) => type === PT_GNU_EH_FRAME);
  if (!header) return null;
  const cursor = new Cursor(elf.file.bytes, header.offset, header.offset + header.fileBytes);
  cursor.skip(1);
  const encoding = cursor.u8();
  cursor.skip(2);
  const base = header.address - header.offset;
  const address = readPointer(cursor, encoding, { addressBytes, base, dataBase: header.address });
  const load = elf.segments.find(
    (one) =>
      one.type === PT_LOAD && address !== null && address >= one.address && address < one.address + one.fileBytes,
  );
  if (!load || address === null) return null;
  const offset = address - load.address + load.offset;
  return { bytes: elf.file.bytes.subarray(offset, load.offset + load.fileBytes), address, isEh: true, addressBytes };
}

/** All functions of a section; what follows one whose length is broken is left out. */
function readFrames(section: FrameSection): FrameEntry[] {
  const commons = new Map<number, CommonEntry | null>();
  const entries: FrameEntry[] = [];
  const { bytes, isEh } = section;
  orBroken(undefined, () => {
    for (let at = 0; at + 4 <= bytes.length; ) {
      const head = new Cursor(bytes, at);
      const { lenBytes, is64 } = head.initialLength();
      const end = head.at + lenBytes;
      // A terminator; what the linker put behind it counts, too.
      if (lenBytes > 0 && end <= bytes.length) {
        const entry = orBroken(null, () => readFrame(section, commons, new Cursor(bytes, head.at, end), is64));
        if (entry && entry.start > 0) entries.push(entry);
      } else if (lenBytes > 0 || (isEh && isRestZero(bytes, at))) break;
      at = end;
    }
  });
  return entries;
}

function isRestZero(bytes: Uint8Array, at: number): boolean {
  return bytes.subarray(at, at + 16).every((byte) => byte === 0);
}

/** Null for a common entry, which is read when it is needed. */
function readFrame(
  section: FrameSection,
  commons: Map<number, CommonEntry | null>,
  cursor: Cursor,
  is64: boolean,
): FrameEntry | null {
  const { isEh, addressBytes, address, bytes } = section;
  const place = cursor.at;
  const id = is64 && !isEh ? cursor.u64() : cursor.u32();
  if (isEh ? id === 0 : id >= 0xffff_ffff) return null;
  const commonAt = isEh ? place - id : id;
  let common = commons.get(commonAt);
  if (common === undefined) {
    common = orBroken(null, () => readCommon(section, commonAt));
    commons.set(commonAt, common);
  }
  if (!common) return null;
  const bases = { addressBytes: isEh ? addressBytes : common.addressBytes, base: address, dataBase: 0 };
  const start = readPointer(cursor, common.encoding, bases);
  const lenBytes = readPointer(cursor, common.encoding & 0x0f, bases);
  if (common.hasAugmentation) cursor.skip(cursor.uleb());
  if (start === null || lenBytes === null) return null;
  return { start, end: start + lenBytes, common, instructions: bytes.subarray(cursor.at, cursor.end) };
}

function readCommon({ bytes, address, isEh, addressBytes }: FrameSection, at: number): CommonEntry {
  const head = new Cursor(bytes, at);
  const { lenBytes, is64 } = head.initialLength();
  const cursor = new Cursor(bytes, head.at, head.at + lenBytes);
  const id = is64 && !isEh ? cursor.u64() : cursor.u32();
  if (isEh ? id !== 0 : id < 0xffff_ffff) throw new DwarfError('no common entry');
  const version = cursor.u8();
  if (version !== 1 && version !== 3 && version !== 4) throw new DwarfError(`call frames of version ${version}`);
  const augmentation = cursor.string();
  let ownBytes = addressBytes;
  if (version === 4) {
    ownBytes = cursor.u8();
    cursor.skip(1);
  }
  // An old augmentation of gcc's: a pointer.
  if (augmentation.startsWith('eh')) cursor.skip(addressBytes);
  const codeAlign = cursor.uleb();
  const dataAlign = cursor.sleb();
  const returnAddress = version === 1 ? cursor.u8() : cursor.uleb();
  const hasAugmentation = augmentation.startsWith('z');
  let encoding = 0;
  if (hasAugmentation) {
    const augmentationEnd = cursor.uleb() + cursor.at;
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') encoding = cursor.u8();
      else if (letter === 'L') cursor.skip(1);
      else if (letter === 'P') readPointer(cursor, cursor.u8(), { addressBytes, base: address, dataBase: 0 });
      else if (letter !== 'S' && letter !== 'B') break;
    }
    cursor.at = augmentationEnd;
  } else if (augmentation !== '' && augmentation !== 'eh') throw new DwarfError(`augmentation ${augmentation}`);
  const instructions = cursor.take(cursor.end - cursor.at);
  const isSignal = hasAugmentation && augmentation.includes('S');
  return {
    codeAlign,
    dataAlign,
    returnAddress,
    isSignal,
    hasAugmentation,
    encoding,
    addressBytes: ownBytes,
    instructions,
  };
}
