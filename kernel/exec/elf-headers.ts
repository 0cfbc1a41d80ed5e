import { EI_CLASS, EI_DATA, ELFCLASS32, ELFDATA2LSB, ET_DYN, ET_EXEC } from '../abi/elf.ts';
import { ENOEXEC } from '../abi/errno.ts';
import { type Arch, archOfElf } from '../arch/index.ts';
import { readU32, readU64 } from '../bytes.ts';
import { kernelRead } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';

/** One Elf32_Phdr or Elf64_Phdr. Sizes and offsets in bytes. */
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
  entry: number;
  phoff: number;
  phentsize: number;
  segments: ProgramHeader[];
}

const MAX_PHDR_BYTES = 65536;

/**
 * The header and program headers of an ELF file, checked as Linux checks them: SyscallError(ENOEXEC) otherwise.
 * `head` is the start of the file, at least 64 bytes or all of it. Linux: fs/binfmt_elf.c load_elf_binary(), load_elf_phdrs().
 */
export function readElfHeaders(k: Kernel, file: File, head: Uint8Array): ElfHeaders {
  const refuse = (): never => {
    throw new SyscallError(ENOEXEC);
  };
  if (readU32(head, 0) !== 0x464c_457f) refuse();
  const is32 = head[EI_CLASS] === ELFCLASS32;
  if (head.length < (is32 ? 52 : 64) || head[EI_DATA] !== ELFDATA2LSB) refuse();
  const u16 = (at: number): number => (head[at] ?? 0) | ((head[at + 1] ?? 0) << 8);
  const arch = archOfElf(head[EI_CLASS] ?? 0, u16(18)) ?? refuse();
  const type = u16(16);
  if (type !== ET_EXEC && type !== ET_DYN) refuse();
  const entry = is32 ? readU32(head, 24) : readU64(head, 24);
  const phoff = is32 ? readU32(head, 28) : readU64(head, 32);
  const phentsize = u16(is32 ? 42 : 54);
  const phnum = u16(is32 ? 44 : 56);
  const lenBytes = phentsize * phnum;
  if (phentsize !== (is32 ? 32 : 56) || lenBytes === 0 || lenBytes > MAX_PHDR_BYTES) refuse();
  if (!Number.isSafeInteger(phoff)) refuse();
  const table = kernelRead(k, file, phoff, lenBytes);
  if (table.length < lenBytes) refuse();
  const segments = Array.from({ length: phnum }, (_, i) =>
    parsePhdr(table.subarray(i * phentsize, (i + 1) * phentsize), is32),
  );
  return { arch, type, entry, phoff, phentsize, segments };
}

function parsePhdr(bytes: Uint8Array, is32: boolean): ProgramHeader {
  const word = (index: number): number => readU32(bytes, index * 4);
  if (is32) {
    const [type, offset, vaddr, fileSize, memSize, flags, align] = [0, 1, 2, 4, 5, 6, 7].map(word) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { type, flags, offset, vaddr, fileSize, memSize, align };
  }
  const long = (at: number): number => readU64(bytes, at);
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
