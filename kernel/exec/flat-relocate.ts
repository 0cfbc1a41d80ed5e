import { ENOEXEC } from '../abi/errno.ts';
import { FLAT_FLAG_GOTPIC, FLAT_HEADER_BYTES } from '../abi/flat.ts';
import { swapU32 } from '../bytes.ts';
import { isRam } from '../mm/nommu/flat.ts';
import type { Mm } from '../mm/types.ts';
import { getUserU32, putUserU32 } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { FlatHeader } from './flat.ts';

/** Addresses in a flat program become real ones. Linux: fs/binfmt_flat.c load_flat_file(), calc_reloc(). */

/** Where a flat program lies. */
export interface FlatImage {
  /** The header's first byte. */
  text: VirtAddr;
  data: VirtAddr;
  /** End of data, bss, heap and stack. */
  memEnd: VirtAddr;
}

/** Throws SyscallError, which kills the task: a relocation that lies or leads outside the program is ENOEXEC. */
export function relocateFlat(k: Kernel, mm: Mm, image: FlatImage, header: FlatHeader): void {
  const { textLen, relocStart, relocs, flags } = header;
  if (flags & FLAT_FLAG_GOTPIC) relocateGot(k, mm, image, header);
  const table = image.data + relocStart - textLen;
  for (let i = 0; i < relocs; i++) {
    if (header.isOld) {
      relocateOld(k, mm, image, header, swapU32(getUserU32(k, mm, table + 4 * i)));
      continue;
    }
    const offset = swapU32(getUserU32(k, mm, table + 4 * i));
    const at = calcReloc(offset, image, header);
    const linked = getUserU32(k, mm, at);
    // What the linker left is big-endian, unless the program has a GOT.
    const value = flags & FLAT_FLAG_GOTPIC ? linked : swapU32(linked);
    if (linked !== 0) putUserU32(k, mm, at, calcReloc(value, image, header));
  }
}

/** Two bits name a segment, 30 a place in the data. What has no name stays. Linux: old_reloc(), flat_v2_reloc_t. */
function relocateOld(k: Kernel, mm: Mm, { text, data }: FlatImage, { dataLen }: FlatHeader, relocation: number): void {
  const at = data + (relocation & 0x3fff_ffff);
  const base = [text + FLAT_HEADER_BYTES, data, data + dataLen][relocation >>> 30] ?? 0;
  putUserU32(k, mm, at, (getUserU32(k, mm, at) + base) >>> 0);
}

/** The table at the start of the data, up to an entry of all ones; zeros stay. */
function relocateGot(k: Kernel, mm: Mm, image: FlatImage, header: FlatHeader): void {
  const { u32 } = k.ram;
  const { noMmu } = k.state;
  for (let at = image.data; ; at += 4) {
    // A broken program may have no end of the table in all of RAM, which need not take long.
    while (noMmu && isRam(noMmu, at, 4) && u32[at >>> 2] === 0) at += 4;
    const value = getUserU32(k, mm, at);
    if (value === 0xffff_ffff) return;
    if (value !== 0) putUserU32(k, mm, at, calcReloc(value, image, header));
  }
}

/** An address of the linked program, where text and data follow each other, as it is now. */
function calcReloc(linked: number, { text, data }: FlatImage, { textLen, dataLen, bssLen }: FlatHeader): VirtAddr {
  // A text shorter than its header makes these wrap around.
  const codeLen = (textLen - FLAT_HEADER_BYTES) >>> 0;
  if (linked > (dataLen + bssLen + codeLen) >>> 0) throw new SyscallError(ENOEXEC);
  return (linked < codeLen ? text + FLAT_HEADER_BYTES + linked : data + linked - codeLen) >>> 0;
}
