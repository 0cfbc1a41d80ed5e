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
import { EFAULT, ENOMEM } from '../abi/errno.ts';
import type { Arch } from '../arch/index.ts';
import { cString, writeU32, writeU64 } from '../bytes.ts';
import { type Mm, PAGE_SIZE } from '../mm/types.ts';
import { copyToUserPartial } from '../mm/uaccess.ts';
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
type AuxEntry = [type: number, value: number];

function alignDown16(addr: number): number {
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
  const put = (addr: VirtAddr, bytes: Uint8Array): void => {
    if (copyToUserPartial(k, mm, addr, bytes) < bytes.length) throw new SyscallError(EFAULT);
  };
  const platform = cString(elf.arch.platform);
  const platformAt = alignDown16(strings.p) - platform.length;
  put(platformAt, platform);
  const randomAt = platformAt - 16;
  put(randomAt, randomBytes(k, 16));

  const vector = [
    ...vdsoEntries(mm, elf.arch),
    ...auxv(task, image, elf, interpreterBase, strings.execfn, platformAt, randomAt, secure),
  ];
  const pointers = [strings.argv.length, ...strings.argv, 0, ...strings.envp, 0];
  const word = elf.arch.wordBytes;
  const table = new Uint8Array((pointers.length + vector.length * 2) * word);
  let at = 0;
  const add = (value: number): void => {
    if (word === 4) writeU32(table, at, value);
    else writeU64(table, at, value);
    at += word;
  };
  for (const pointer of pointers) add(pointer);
  for (const entry of vector) entry.forEach(add);
  const sp = alignDown16(randomAt - table.length);
  put(sp, table);
  mm.auxv = table.slice(pointers.length * word);
  mm.startStack = sp;
  return sp;
}

/** Only while nothing of the program lies where the vDSO should. Linux: ARCH_DLINFO. */
function vdsoEntries(mm: Mm, { vdso, sysinfo }: Arch): AuxEntry[] {
  if (vmaAt(mm, vdso)?.name !== '[vdso]') return [];
  const base: AuxEntry = [AT_SYSINFO_EHDR, vdso];
  return sysinfo === undefined ? [base] : [[AT_SYSINFO, sysinfo], base];
}

function auxv(
  { cred }: Task,
  image: LoadedElf,
  { arch, phentsize, segments }: ElfHeaders,
  interpreterBase: number,
  execfn: VirtAddr,
  platform: VirtAddr,
  random: VirtAddr,
  secure: boolean,
): AuxEntry[] {
  return [
    [AT_HWCAP, arch.hwcap],
    [AT_PAGESZ, PAGE_SIZE],
    [AT_CLKTCK, USER_HZ],
    [AT_PHDR, image.phdr],
    [AT_PHENT, phentsize],
    [AT_PHNUM, segments.length],
    [AT_BASE, interpreterBase],
    [AT_FLAGS, 0],
    [AT_ENTRY, image.entry],
    [AT_UID, cred.uid],
    [AT_EUID, cred.euid],
    [AT_GID, cred.gid],
    [AT_EGID, cred.egid],
    [AT_SECURE, secure ? 1 : 0],
    [AT_RANDOM, random],
    [AT_HWCAP2, arch.hwcap2],
    [AT_EXECFN, execfn],
    [AT_PLATFORM, platform],
    [AT_NULL, 0],
  ];
}
