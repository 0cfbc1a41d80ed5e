import { inflateSync } from 'node:zlib';
import { ElfError } from '../elf/error.ts';
import { type ElfFile, findSection, sectionBytes } from '../elf/reader.ts';

/** The bytes of a section by its name, uncompressed; none for a section that is not there, or broken. */
export type Sections = (name: string) => Uint8Array;

const SHF_COMPRESSED = 0x800;
const ELFCOMPRESS_ZLIB = 1;
const MAX_BYTES = 1024 ** 3;
const NONE = new Uint8Array(0);

/** Reads and uncompresses each section once, when it is asked for. gABI 4.3: Compression Header; gas: .zdebug_. */
export function sectionsOf(elf: ElfFile): Sections {
  const known = new Map<string, Uint8Array>();
  return (name) => {
    let bytes = known.get(name);
    if (!bytes) {
      bytes = readSection(elf, name);
      known.set(name, bytes);
    }
    return bytes;
  };
}

function readSection(elf: ElfFile, name: string): Uint8Array {
  try {
    const section = findSection(elf, name);
    if (section) {
      const bytes = sectionBytes(elf, section);
      return section.flags & SHF_COMPRESSED ? uncompressed(elf.file.is64, bytes) : bytes;
    }
    const old = findSection(elf, name.replace('.debug_', '.zdebug_'));
    return old ? inflate(sectionBytes(elf, old).subarray(12)) : NONE;
  } catch (error) {
    if (error instanceof ElfError || isZlibError(error)) return NONE;
    throw error;
  }
}

function uncompressed(is64: boolean, bytes: Uint8Array): Uint8Array {
  const headerBytes = is64 ? 24 : 12;
  const known = bytes.length >= headerBytes && bytes[0] === ELFCOMPRESS_ZLIB && bytes[1] === 0;
  return known ? inflate(bytes.subarray(headerBytes)) : NONE;
}

function inflate(bytes: Uint8Array): Uint8Array {
  return inflateSync(bytes, { maxOutputLength: MAX_BYTES });
}

function isZlibError(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^(Z_|ERR_BUFFER_TOO_LARGE|ERR_OUT_OF_RANGE)/.test(String(error.code))
  );
}
