import { PT_LOAD } from '../asm/elf/constants.ts';
import { ElfError } from '../asm/elf/error.ts';
import { type ElfSegment, readElf } from '../asm/elf/reader.ts';
import { SymbolTable, type TableSymbol } from '../asm/elf/symbol-table.ts';
import { kernelRead } from '../kernel/fs/read.ts';
import type { File, Inode } from '../kernel/fs/types.ts';
import type { Mm } from '../kernel/mm/types.ts';
import { vmaAt } from '../kernel/mm/vma.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { Kernel } from '../kernel/state.ts';
import { SyscallError } from '../kernel/syscalls/row.ts';
import type { SymbolPlace } from './records.ts';

export interface FoundSymbol {
  readonly address: VirtAddr;
  readonly lenBytes: number;
}

/** Names of addresses, from the symbol tables of the files mapped there. */
export interface Symbols {
  place(mm: Mm, addr: VirtAddr): SymbolPlace | null;
  /** The symbol of that name in the first mapped file that has it. */
  find(mm: Mm, name: string): FoundSymbol | null;
}

interface Image {
  readonly loads: readonly ElfSegment[];
  readonly table: SymbolTable;
}

/** Not read: no program is longer, and a file of the guest may be anything. */
const MAX_FILE_BYTES = 256 * 1024 ** 2;

/** Looks at a file of the guest, in a machine with a history so that nothing of it is recorded. */
export type Aside = <T>(look: () => T) => T;

/** Reads each mapped ELF file once, when an address in it is asked for. */
export function createSymbols(k: Kernel, aside: Aside = (look) => look()): Symbols {
  const images = new WeakMap<Inode, Image | { none: true }>();

  function imageOf(file: File): Image | null {
    let image = images.get(file.inode);
    if (!image) {
      image = aside(() => readImage(k, file)) ?? { none: true };
      images.set(file.inode, image);
    }
    return 'none' in image ? null : image;
  }

  return {
    place(mm, addr) {
      const vma = vmaAt(mm, addr);
      const image = vma?.file ? imageOf(vma.file) : null;
      if (!vma || !image) return null;
      const linked = linkAddress(image, addr - vma.start + vma.offset);
      const found = linked === null ? undefined : image.table.find(linked);
      return found ? { name: found.name, offset: found.offset } : null;
    },
    find(mm, name) {
      for (const vma of mm.vmas) {
        const image = vma.file ? imageOf(vma.file) : null;
        const symbol = image?.table.lookup(name);
        const at = image && symbol ? fileOffset(image, symbol) : null;
        if (!symbol || at === null || at < vma.offset || at >= vma.offset + vma.end - vma.start) continue;
        return { address: at - vma.offset + vma.start, lenBytes: symbol.lenBytes };
      }
      return null;
    },
  };
}

/** Null for a file that is no ELF file, or a broken one. */
function readImage(k: Kernel, file: File): Image | null {
  try {
    const lenBytes = file.inode.size;
    if (lenBytes > MAX_FILE_BYTES) return null;
    const elf = readElf(kernelRead(k, file, 0, lenBytes));
    return { loads: elf.segments.filter((segment) => segment.type === PT_LOAD), table: SymbolTable.fromElf(elf) };
  } catch (error) {
    if (error instanceof ElfError || error instanceof SyscallError) return null;
    throw error;
  }
}

/** The address that the file gives to what stands at this offset in it. */
function linkAddress({ loads }: Image, offset: number): VirtAddr | null {
  const load = loads.find((segment) => offset >= segment.offset && offset < segment.offset + segment.fileBytes);
  return load ? offset - load.offset + load.address : null;
}

function fileOffset({ loads }: Image, { address }: TableSymbol): number | null {
  const load = loads.find((segment) => address >= segment.address && address < segment.address + segment.fileBytes);
  return load ? address - load.address + load.offset : null;
}
