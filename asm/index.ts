/**
 * The assembler, linker, disassembler and ELF reader of the command line, as plain functions. Importing this module loads
 * neither Keystone nor Capstone: they come with the first call that needs them.
 */
export type { ArMember } from './ar/reader.ts';
export { ArError, readArchive } from './ar/reader.ts';
export type { AssembleOptions } from './assembler/assemble.ts';
export type { Diagnostic, Position } from './assembler/diagnostics.ts';
export { AssemblyError, formatDiagnostic } from './assembler/diagnostics.ts';
export type { SourceFile } from './assembler/source.ts';
export type {
  DisassembledInstruction,
  DisassembleOptions,
  Disassembler,
  Symbolize,
} from './disassembler/disassemble.ts';
export { loadDisassembler } from './disassembler/disassemble.ts';
export type { ListingLine, ListingOptions } from './disassembler/listing.ts';
export { disassembleElf, formatListing } from './disassembler/listing.ts';
export { ElfError } from './elf/error.ts';
export type { ElfNote } from './elf/notes.ts';
export { readNotes } from './elf/notes.ts';
export type { ElfFile, ElfHeader, ElfSection, ElfSegment } from './elf/reader.ts';
export { findSection, readElf, sectionBytes } from './elf/reader.ts';
export type { ElfRelocation } from './elf/relocations.ts';
export { readRelocations } from './elf/relocations.ts';
export type { MappingState, TableSymbol } from './elf/symbol-table.ts';
export { SymbolTable } from './elf/symbol-table.ts';
export type { ElfSymbol } from './elf/symbols.ts';
export { readSymbols } from './elf/symbols.ts';
export type { BfltImage, BfltOptions } from './object/bflt.ts';
export { linkBflt } from './object/bflt.ts';
export type { FlatImage } from './object/flat.ts';
export { linkFlat } from './object/flat.ts';
export type { LinkedImage, LinkedLine, LinkedSection, LinkedSymbol, LinkOptions } from './object/image.ts';
export { linkObjects } from './object/link.ts';
export { LinkError } from './object/link-error.ts';
export type { AssembledObject, ObjectLine, ObjectSection, ObjectSymbol, Relocation } from './object/object.ts';
export { readObject } from './object/read-object.ts';
export { linkExecutable, writeExecutable } from './object/write-executable.ts';
export { writeObject } from './object/write-object.ts';

import type { AssembleOptions } from './assembler/assemble.ts';
import type { SourceFile } from './assembler/source.ts';
import type { AssembledObject } from './object/object.ts';

/** Assemble source files, each into an object of its own. Throws AssemblyError with the errors of all files. */
export async function assemble(sources: readonly SourceFile[], options: AssembleOptions): Promise<AssembledObject[]> {
  const assembler = await import('./assembler/assemble.ts');
  return assembler.assemble(sources, options);
}
