import { EI_OSABI, ELFCLASS32, ELFCLASS64, EM_386, ET_DYN, ET_EXEC, PT_LOAD } from '../abi/elf.ts';
import { EINVAL, EIO, ENOEXEC } from '../abi/errno.ts';
import { type Arch, archOfElf } from '../arch/index.ts';
import { low32, readS64, readU32, readU64 } from '../bytes.ts';
import { execRead } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import { kernelWordBytes } from './strings.ts';

/**
 * One Elf32_Phdr or Elf64_Phdr. Sizes and offsets in bytes; what is 2^53 or more is not exact, and never has to be: no
 * such value can be mapped.
 */
export interface ProgramHeader {
  type: number;
  flags: number;
  offset: number;
  vaddr: number;
  fileSize: number;
  memSize: number;
  align: number;
}

export interface ElfHeaders {
  arch: Arch;
  type: number;
  /** As linked; negative when it is 2^63 or more, so that adding a bias wraps as it does in the kernel's words. */
  entry: number;
  phoff: number;
  phentsize: number;
  segments: ProgramHeader[];
}

/** Of the header alone: an interpreter's type is looked at only when it is loaded. */
export interface ElfHeader extends Omit<ElfHeaders, 'segments'> {
  phnum: number;
  /** e_flags, and EI_OSABI. */
  flags: number;
  osabi: number;
}

/** linux/elf-em.h: an alias of EM_386 that Linux takes. */
const EM_486 = 6;
const MAX_PHDR_BYTES = 65536;

/** sizeof(struct elfhdr) of the program's class. */
export function elfHeaderBytes(arch: Arch): number {
  return arch.wordBytes === 4 ? 52 : 64;
}

/**
 * The header of an ELF file that begins with `head`, or null when it is none or of no machine that we are. The machine alone
 * decides the class: neither EI_CLASS nor EI_DATA is looked at. Linux: load_elf_binary(), elf_check_arch().
 */
export function parseElfHeader(head: Uint8Array): ElfHeader | null {
  if (readU32(head, 0) !== 0x464c_457f) return null;
  const u16 = (at: number): number => (head[at] ?? 0) | ((head[at + 1] ?? 0) << 8);
  const machine = u16(18) === EM_486 ? EM_386 : u16(18);
  const arch = archOfElf(ELFCLASS32, machine) ?? archOfElf(ELFCLASS64, machine);
  if (!arch) return null;
  const is32 = arch.wordBytes === 4;
  return {
    arch,
    type: u16(16),
    entry: is32 ? readU32(head, 24) : readS64(head, 24),
    phoff: is32 ? readU32(head, 28) : readU64(head, 32),
    phentsize: u16(is32 ? 42 : 54),
    phnum: u16(is32 ? 44 : 56),
    flags: readU32(head, is32 ? 36 : 48),
    osabi: head[EI_OSABI] ?? 0,
  };
}

/** Where a program begins that was moved by `bias`; it wraps as an unsigned long does, and a negative one is no address. */
export function movedEntry({ arch, entry }: ElfHeaders, bias: number): VirtAddr {
  return kernelWordBytes(arch) === 4 ? low32(entry + bias) : entry + bias;
}

/** A program or an interpreter can be of this type. */
export function isLoadable({ type }: { type: number }): boolean {
  return type === ET_EXEC || type === ET_DYN;
}

/** The program headers, or null when they are not there. Linux: load_elf_phdrs(). */
export function readSegments(k: Kernel, file: File, header: ElfHeader): ProgramHeader[] | null {
  const { phentsize, phnum, phoff, arch } = header;
  const is32 = arch.wordBytes === 4;
  const lenBytes = phentsize * phnum;
  if (phentsize !== (is32 ? 32 : 56) || lenBytes === 0 || lenBytes > MAX_PHDR_BYTES) return null;
  try {
    const table = elfRead(k, file, phoff, lenBytes);
    const segments: ProgramHeader[] = [];
    for (let i = 0; i < phnum; i++) segments.push(parsePhdr(table, i * phentsize, is32));
    return segments;
  } catch (error) {
    if (error instanceof SyscallError) return null;
    throw error;
  }
}

/**
 * The header and program headers of a program whose first bytes are `head`, zeros behind its end. Nothing else is checked
 * before the old program is given up: SyscallError(ENOEXEC).
 */
export function readElfHeaders(k: Kernel, file: File, head: Uint8Array): ElfHeaders {
  const header = parseElfHeader(head);
  const segments = header && isLoadable(header) ? readSegments(k, file, header) : null;
  if (!header || !segments) throw new SyscallError(ENOEXEC);
  return elfHeaders(header, segments);
}

export function elfHeaders({ arch, type, entry, phoff, phentsize }: ElfHeader, segments: ProgramHeader[]): ElfHeaders {
  return { arch, type, entry, phoff, phentsize, segments };
}

/** Exactly these bytes, or SyscallError: EIO at the end of the file, EINVAL for a negative loff_t. Linux: elf_read(). */
export function elfRead(k: Kernel, file: File, offset: number, lenBytes: number): Uint8Array {
  if (offset >= 2 ** 63) throw new SyscallError(EINVAL);
  if (offset >= Number.MAX_SAFE_INTEGER - lenBytes) throw new SyscallError(EIO);
  const bytes = execRead(k, file, offset, lenBytes);
  if (bytes.length < lenBytes) throw new SyscallError(EIO);
  return bytes;
}

export function loadSegments(elf: ElfHeaders): ProgramHeader[] {
  return elf.segments.filter((segment) => segment.type === PT_LOAD);
}

export function parsePhdr(bytes: Uint8Array, at: number, is32: boolean): ProgramHeader {
  const word = (index: number): number => readU32(bytes, at + index * 4);
  const long = (offset: number): number => readU64(bytes, at + offset);
  if (is32) {
    return {
      type: word(0),
      flags: word(6),
      offset: word(1),
      vaddr: word(2),
      fileSize: word(4),
      memSize: word(5),
      align: word(7),
    };
  }
  return {
    type: word(0),
    flags: word(1),
    offset: long(8),
    vaddr: long(16),
    fileSize: long(32),
    memSize: long(40),
    align: long(48),
  };
}
