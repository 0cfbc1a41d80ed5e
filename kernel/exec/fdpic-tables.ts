import { AT_EXECFN, AT_HWCAP, AT_HWCAP2, AT_NULL, AT_RANDOM } from '../abi/auxvec.ts';
import { cString, writeU32 } from '../bytes.ts';
import type { Mm } from '../mm/types.ts';
import { copyToUser } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import { randomBytes } from '../random.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { Program } from './binary.ts';
import type { ElfHeaders } from './elf-headers.ts';
import { type AuxEntry, alignDown16, programAuxv, putTable, vdsoEntries } from './elf-tables.ts';
import type { FdpicImage } from './fdpic-map.ts';
import { copyStrings } from './stack.ts';

const RANDOM_BYTES = 16;

/** What the new program is given in registers beside its stack. */
interface FdpicTables {
  sp: VirtAddr;
  /** Of the program, and of its interpreter or 0. */
  loadmap: VirtAddr;
  loaderMap: VirtAddr;
}

/**
 * Strings, platform, loadmaps, auxiliary vector and pointers at the top of the stack. Throws SyscallError(EFAULT) when it is too small.
 * Linux: create_elf_fdpic_tables(), with its order of the vector's entries; it counts them one short, and AT_PLATFORM is lost.
 */
export function createFdpicTables(
  k: Kernel,
  task: Task,
  mm: Mm,
  { strings, execfn, secure }: Program,
  elf: ElfHeaders,
  image: FdpicImage,
  loader: FdpicImage | null,
): FdpicTables {
  const { arch } = elf;
  const placed = copyStrings(k, mm, arch, mm.startStack, strings, execfn);
  const platform = cString(arch.platform);
  const platformAt = alignDown16(placed.p) - platform.length;
  copyToUser(k, mm, platformAt, platform);
  const loadmap = putLoadmap(k, mm, platformAt - (platformAt % 8), image);
  const loaderMap = loader ? putLoadmap(k, mm, loadmap, loader) : 0;
  const vdso = vdsoEntries(mm, arch);
  // There is no AT_RANDOM here; the libraries of the ISAs that have a vDSO cannot start without it.
  const randomAt = (loaderMap || loadmap) - RANDOM_BYTES;
  if (vdso.length > 0) copyToUser(k, mm, randomAt, randomBytes(k, RANDOM_BYTES));
  const random: AuxEntry[] = vdso.length > 0 ? [[AT_RANDOM, randomAt]] : [];
  const vector: AuxEntry[] = [
    ...vdso,
    [AT_HWCAP, arch.hwcap],
    [AT_HWCAP2, arch.hwcap2],
    ...programAuxv(task, image, elf, loader?.elfHeader ?? 0, secure),
    ...random,
    [AT_EXECFN, placed.execfn],
    [AT_NULL, 0],
  ];
  return { sp: putTable(k, mm, arch, placed, vector, randomAt), loadmap, loaderMap };
}

/** struct elf32_fdpic_loadmap: version 0, then the number of segments, 16 bits each. Linux: include/uapi/linux/elf-fdpic.h. */
function putLoadmap(k: Kernel, mm: Mm, top: VirtAddr, { loads }: FdpicImage): VirtAddr {
  const bytes = new Uint8Array(4 + 12 * loads.length);
  writeU32(bytes, 0, loads.length * 0x1_0000);
  for (const [i, { addr, vaddr, memSize }] of loads.entries()) {
    writeU32(bytes, 4 + 12 * i, addr);
    writeU32(bytes, 8 + 12 * i, vaddr);
    writeU32(bytes, 12 + 12 * i, memSize);
  }
  const at = top - bytes.length - ((top - bytes.length) % 8);
  copyToUser(k, mm, at, bytes);
  return at;
}
