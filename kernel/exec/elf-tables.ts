import {
  AT_BASE,
  AT_CLKTCK,
  AT_EGID,
  AT_ENTRY,
  AT_EUID,
  AT_EXECFN,
  AT_FLAGS,
  AT_GID,
  AT_HWCAP,
  AT_HWCAP2,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_PLATFORM,
  AT_RANDOM,
  AT_SECURE,
  AT_SYSINFO,
  AT_SYSINFO_EHDR,
  AT_UID,
} from '../abi/auxvec.ts';
import { ENOMEM } from '../abi/errno.ts';
import type { Arch } from '../arch/index.ts';
import { cString, writeU32, writeU64 } from '../bytes.ts';
import { type Mm, PAGE_SIZE } from '../mm/types.ts';
import { copyToUser } from '../mm/uaccess.ts';
import { vmaAt } from '../mm/vma.ts';
import type { VirtAddr } from '../ports.ts';
import { randomBytes } from '../random.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { ElfHeaders } from './elf-headers.ts';
import type { LoadedElf } from './elf-image.ts';
import type { StackStrings } from './stack.ts';

const USER_HZ = 100;

/** An entry of the auxiliary vector. */
export type AuxEntry = [type: number, value: number];

export function alignDown16(addr: number): number {
  return addr - (addr % 16);
}

/**
 * Platform, random bytes, auxiliary vector, and the pointers to environment and arguments below the strings, as the ABI
 * wants them. Returns the stack pointer. Throws SyscallError(EFAULT) when a segment lies where they should.
 * Linux: fs/binfmt_elf.c create_elf_tables(), with its order of the vector's entries.
 */
export function createElfTables(
  k: Kernel,
  task: Task,
  strings: StackStrings,
  image: LoadedElf,
  elf: ElfHeaders,
  interpreterBase: number,
  secure: boolean,
): VirtAddr {
  const { mm } = task;
  if (!mm) throw new SyscallError(ENOMEM);
  const platform = cString(elf.arch.platform);
  const platformAt = alignDown16(strings.p) - platform.length;
  copyToUser(k, mm, platformAt, platform);
  const randomAt = platformAt - 16;
  copyToUser(k, mm, randomAt, randomBytes(k, 16));

  const vector: AuxEntry[] = [
    ...vdsoEntries(mm, elf.arch),
    [AT_HWCAP, elf.arch.hwcap],
    ...programAuxv(task, image, elf, interpreterBase, secure),
    [AT_RANDOM, randomAt],
    [AT_HWCAP2, elf.arch.hwcap2],
    [AT_EXECFN, strings.execfn],
    [AT_PLATFORM, platformAt],
    [AT_NULL, 0],
  ];
  return putTable(k, mm, elf.arch, strings, vector, randomAt);
}

/** The table that a program finds at its stack pointer, below `top`: argc, argv, envp and the auxiliary vector. Throws EFAULT. */
export function putTable(
  k: Kernel,
  mm: Mm,
  arch: Arch,
  strings: StackStrings,
  vector: readonly AuxEntry[],
  top: VirtAddr,
): VirtAddr {
  const pointers = [strings.argv.length, ...strings.argv, 0, ...strings.envp, 0];
  const nrPointers = pointers.length;
  for (const entry of vector) pointers.push(...entry);
  const table = encodeWords(arch, pointers);
  const sp = alignDown16(top - table.length);
  copyToUser(k, mm, sp, table);
  mm.auxv = table.slice(nrPointers * arch.wordBytes);
  mm.startStack = sp;
  return sp;
}

export function encodeWords({ wordBytes }: Arch, words: readonly number[]): Uint8Array {
  const table = new Uint8Array(words.length * wordBytes);
  let at = 0;
  for (const value of words) {
    if (wordBytes === 4) writeU32(table, at, value);
    else writeU64(table, at, value);
    at += wordBytes;
  }
  return table;
}

/** Only while nothing of the program lies where the vDSO should. Linux: ARCH_DLINFO. */
export function vdsoEntries(mm: Mm, { vdso, sysinfo }: Arch): AuxEntry[] {
  if (vmaAt(mm, vdso)?.name !== '[vdso]') return [];
  const base: AuxEntry = [AT_SYSINFO_EHDR, vdso];
  return sysinfo === undefined ? [base] : [[AT_SYSINFO, sysinfo], base];
}

/** What both ELF loaders tell of the program and its user. */
export function programAuxv(
  { cred }: Task,
  { phdr, entry }: Pick<LoadedElf, 'phdr' | 'entry'>,
  { phentsize, segments }: ElfHeaders,
  interpreterBase: number,
  secure: boolean,
): AuxEntry[] {
  return [
    [AT_PAGESZ, PAGE_SIZE],
    [AT_CLKTCK, USER_HZ],
    [AT_PHDR, phdr],
    [AT_PHENT, phentsize],
    [AT_PHNUM, segments.length],
    [AT_BASE, interpreterBase],
    [AT_FLAGS, 0],
    [AT_ENTRY, entry],
    [AT_UID, cred.uid],
    [AT_EUID, cred.euid],
    [AT_GID, cred.gid],
    [AT_EGID, cred.egid],
    [AT_SECURE, secure ? 1 : 0],
  ];
}
