import { join } from 'node:path';
import { CallFrames } from '../asm/dwarf/call-frames.ts';
import { DebugInfo } from '../asm/dwarf/debug-info.ts';
import { ExceptionIndex } from '../asm/dwarf/exception-index.ts';
import { PT_LOAD } from '../asm/elf/constants.ts';
import { ElfError } from '../asm/elf/error.ts';
import { type ElfFile, type ElfSection, type ElfSegment, findSection, readElf } from '../asm/elf/reader.ts';
import { SymbolTable } from '../asm/elf/symbol-table.ts';
import type { Mount } from '../emulator/machine/machine.ts';
import { kernelRead } from '../kernel/fs/read.ts';
import type { Inode } from '../kernel/fs/types.ts';
import { type Mm, PAGE_SIZE, type Vma } from '../kernel/mm/types.ts';
import { vmaAt } from '../kernel/mm/vma.ts';
import type { IsaName, VirtAddr } from '../kernel/ports.ts';
import type { Kernel } from '../kernel/state.ts';
import { SyscallError } from '../kernel/syscalls/row.ts';
import { type HostPlace, separateDebugFile } from './debug-files.ts';
import { type Aside, peek } from './memory.ts';

/** What an ELF file tells of its code; each part is read when it is asked for. */
export interface Image {
  readonly elf: ElfFile;
  readonly symbols: SymbolTable;
  readonly debug: DebugInfo;
  readonly callFrames: CallFrames;
  readonly exceptionIndex: ExceptionIndex;
}

/** An image as an address space has it. */
export interface MappedImage {
  readonly image: Image;
  /** What is to be added to the addresses that the file gives. */
  readonly bias: number;
}

/** The ELF files that are mapped. */
export interface Images {
  at(mm: Mm, addr: VirtAddr): MappedImage | null;
  /** All of an address space, each once, the lowest first. */
  of(mm: Mm): MappedImage[];
}

/** The section of its file that an address is in. */
export function sectionAt({ image, bias }: MappedImage, addr: VirtAddr): ElfSection | undefined {
  const linked = addr - bias;
  return image.elf.sections.find(({ address, lenBytes }) => linked >= address && linked < address + lenBytes);
}

/** Not read: no program is longer, and a file of the guest may be anything. */
const MAX_FILE_BYTES = 256 * 1024 ** 2;
/** The kernel's own, which is in no file. */
const VDSO = '[vdso]';

/** Reads each mapped ELF file once, when an address in it is asked for. `mounts`: where debug information apart is looked for. */
export function createImages(k: Kernel, aside: Aside = (look) => look(), mounts: readonly Mount[] = []): Images {
  const ofFiles = new Map<string, Image | null>();
  const ofVdso = new Map<IsaName, Image | null>();

  function imageOf(mm: Mm, vma: Vma): Image | null {
    const file = vma.file ?? vma.region?.image?.file;
    if (!file) return vma.name === VDSO ? vdsoOf(mm, vma) : null;
    const key = identityOf(file.inode);
    let image = ofFiles.get(key);
    if (image === undefined) {
      const { size } = file.inode;
      const read = () =>
        size > MAX_FILE_BYTES ? null : readImage(kernelRead(k, file, 0, size), placeOnHost(mounts, file.inode));
      image = aside(() => orUnreadable(read));
      ofFiles.set(key, image);
    }
    return image;
  }

  function vdsoOf(mm: Mm, { start, end }: Vma): Image | null {
    let image = ofVdso.get(mm.isa);
    if (image === undefined) {
      image = orUnreadable(() => readImage(peek(k, mm, start, end - start)));
      ofVdso.set(mm.isa, image);
    }
    return image;
  }

  function mapped(mm: Mm, vma: Vma | undefined): MappedImage | null {
    const image = vma ? imageOf(mm, vma) : null;
    // Without an MMU a program that is loaded as a whole lies in memory that is no file's.
    const copied = vma?.region?.image;
    if (image && copied) return { image, bias: copied.bias };
    const segment = vma && image ? segmentOf(image.elf, vma) : undefined;
    if (!vma || !image || !segment) return null;
    return { image, bias: vma.start - vma.offset + segment.offset - segment.address };
  }

  return {
    at: (mm, addr) => mapped(mm, vmaAt(mm, addr)),
    of(mm) {
      const found: MappedImage[] = [];
      for (const vma of mm.vmas) {
        const one = mapped(mm, vma);
        if (one && !found.some(({ image, bias }) => image === one.image && bias === one.bias)) found.push(one);
      }
      return found;
    },
  };
}

/** The same for the same contents: the inode itself is another object in each instant that a history goes back to. */
function identityOf({ dev, ino, size, mtime, ctime, hostPath }: Inode): string {
  return [dev, ino, size, ...mtime, ...ctime, hostPath].join(':');
}

/** Null for a file of the guest's own, and where what is played was recorded elsewhere. */
function placeOnHost(mounts: readonly Mount[], { kind, mount, hostPath }: Inode): HostPlace | null {
  const found = kind === 'host' ? mounts[mount] : undefined;
  if (!found?.hostPath) return null;
  return { path: join(found.hostPath, hostPath), top: found.guestPath === '/' ? found.hostPath : '/' };
}

/** Null for a file that is no ELF file, or a broken one. */
function orUnreadable(read: () => Image | null): Image | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ElfError || error instanceof SyscallError) return null;
    throw error;
  }
}

/** What was taken out of the file is read from where it was put. */
function readImage(bytes: Uint8Array, place: HostPlace | null = null): Image {
  const elf = readElf(bytes);
  const apart = place && separateDebugFile(elf, place);
  const hasFrames = ['.eh_frame', '.debug_frame'].some((name) => findSection(elf, name));
  return {
    elf,
    symbols: SymbolTable.fromElf(apart && !findSection(elf, '.symtab') ? apart : elf),
    debug: new DebugInfo(apart ?? elf),
    callFrames: new CallFrames(apart && !hasFrames ? apart : elf),
    exceptionIndex: new ExceptionIndex(elf),
  };
}

/** The segment that an area was made from: one that begins in its first page, or has been cut in two since. */
function segmentOf({ segments }: ElfFile, { offset }: Vma): ElfSegment | undefined {
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const firstPage = (segment: ElfSegment): number => segment.offset - (segment.offset % PAGE_SIZE);
  return (
    loads.find((segment) => firstPage(segment) === offset) ??
    loads.find((segment) => offset >= firstPage(segment) && offset < segment.offset + segment.fileBytes)
  );
}
