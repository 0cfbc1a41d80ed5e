import { kernelRead } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import { translate } from '../mm/pagetable.ts';
import { type Mm, PAGE_SIZE, VM_EXEC, VM_READ, VM_WRITE } from '../mm/types.ts';
import { vmaAt } from '../mm/vma.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { StraceMemory } from './call.ts';

/**
 * User memory as the program would find it, without faulting anything in: a traced machine stays in the same state as one
 * that is not traced.
 */
export function userMemory(k: Kernel, task: Task): StraceMemory {
  return {
    read(addr, lenBytes) {
      const { mm } = task;
      if (!mm) return null;
      const out = new Uint8Array(lenBytes);
      for (let done = 0; done < lenBytes; ) {
        const at = addr + done;
        const part = Math.min(lenBytes - done, PAGE_SIZE - (at % PAGE_SIZE));
        const bytes = peekPage(k, mm, at, part);
        if (!bytes) return null;
        out.set(bytes, done);
        done += part;
      }
      return out;
    },
  };
}

/** Bytes of one page; null where a read would fault for good. */
function peekPage(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number): Uint8Array | null {
  const phys = translate(k, mm, addr, false);
  if (phys >= 0) return k.ram.u8.subarray(phys, phys + lenBytes);
  const vma = vmaAt(mm, addr);
  if (!vma || (vma.flags & (VM_READ | VM_WRITE | VM_EXEC)) === 0) return null;
  return vma.file ? peekFile(k, vma.file, vma.offset + addr - vma.start, lenBytes) : new Uint8Array(lenBytes);
}

/** Bytes of a file's page that the program has not touched yet; behind the end of the file, zeros up to the end of the page. */
function peekFile(k: Kernel, file: File, offset: number, lenBytes: number): Uint8Array | null {
  const page = offset - (offset % PAGE_SIZE);
  const frame = file.inode.pages?.get(page / PAGE_SIZE);
  const at = offset - page;
  if (frame !== undefined) return k.ram.u8.subarray(frame * PAGE_SIZE + at, frame * PAGE_SIZE + at + lenBytes);
  if (page >= file.inode.size) return null;
  try {
    const out = new Uint8Array(lenBytes);
    out.set(kernelRead(k, file, offset, lenBytes));
    return out;
  } catch (error) {
    if (error instanceof SyscallError) return null;
    throw error;
  }
}
