import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { sectionsOf } from '../asm/dwarf/sections.ts';
import { ElfError } from '../asm/elf/error.ts';
import { type ElfFile, findSection, readElf } from '../asm/elf/reader.ts';

/** Where Debian and others install debug information apart from programs, below / and below a sysroot. */
const DEBUG_ROOT = 'usr/lib/debug';

/** Where a file is on the host. */
export interface HostPlace {
  readonly path: string;
  /** Nothing above it belongs to the same system: the sysroot, or `/`. */
  readonly top: string;
}

/**
 * The file with the debug information that was taken out of another one, and belongs to it: by its build-id, or by its .gnu_debuglink and
 * that one's checksum. gdb: Debugging Information in Separate Files.
 */
export function separateDebugFile(elf: ElfFile, { path: hostPath, top }: HostPlace): ElfFile | null {
  if (findSection(elf, '.debug_info') || findSection(elf, '.zdebug_info')) return null;
  const roots = ancestors(hostPath, top);
  const id = buildIdOf(elf);
  if (id !== '') {
    for (const root of roots) {
      const found = readIf(join(root, DEBUG_ROOT, '.build-id', id.slice(0, 2), `${id.slice(2)}.debug`));
      if (found && buildIdOf(found.elf) === id) return found.elf;
    }
  }
  const link = debugLinkOf(elf);
  if (!link) return null;
  const folder = dirname(hostPath);
  const places = [
    folder,
    join(folder, '.debug'),
    ...roots.map((root) => join(root, DEBUG_ROOT, relative(root, folder))),
  ];
  for (const place of places) {
    const path = join(place, link.name);
    const found = path === hostPath ? null : readIf(path);
    if (found && crc32(found.bytes) === link.checksum) return found.elf;
  }
  return null;
}

/** The folders that a file is in, the innermost first: any of them may be the root of its system. */
function ancestors(path: string, top: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    found.push(folder);
    if (folder === resolve(top) || folder === dirname(folder)) return found;
  }
}

function readIf(path: string): { readonly bytes: Uint8Array; readonly elf: ElfFile } | null {
  try {
    // A guest may have put anything there: to open a FIFO would wait for ever.
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
    const bytes = readFileSync(path);
    return { bytes, elf: readElf(bytes) };
  } catch (error) {
    // No ELF file, or none that we may read.
    if (error instanceof ElfError || (error instanceof Error && 'errno' in error)) return null;
    throw error;
  }
}

/** Hexadecimal digits of NT_GNU_BUILD_ID; '' without one. The note has one name, `GNU`, of four bytes. */
function buildIdOf(elf: ElfFile): string {
  const note = sectionsOf(elf)('.note.gnu.build-id');
  if (note.length < 20) return '';
  const lenBytes = new DataView(note.buffer, note.byteOffset, note.length).getUint32(4, true);
  return Buffer.from(note.subarray(16, 16 + lenBytes)).toString('hex');
}

/** A file's name, and the CRC-32 of all of it, on the next multiple of four bytes. */
function debugLinkOf(elf: ElfFile): { readonly name: string; readonly checksum: number } | null {
  const link = sectionsOf(elf)('.gnu_debuglink');
  const end = link.indexOf(0);
  const at = Math.ceil((end + 1) / 4) * 4;
  if (end < 1 || at + 4 > link.length) return null;
  const name = Buffer.from(link.subarray(0, end)).toString('utf8');
  const checksum = new DataView(link.buffer, link.byteOffset, link.length).getUint32(at, true);
  return name === basename(name) ? { name, checksum } : null;
}
