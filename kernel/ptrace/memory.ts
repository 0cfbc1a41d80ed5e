import { handleMmFault } from '../mm/fault.ts';
import {
  flushTlbPage,
  PTE_PRESENT,
  PTE_PROTNONE,
  PTE_RW,
  PTE_USER,
  pteFrame,
  pteOf,
  ptePopulated,
  translate,
} from '../mm/pagetable.ts';
import { storeWord } from '../mm/phys.ts';
import { type Mm, PAGE_SIZE, VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../mm/types.ts';
import { copyFromUserPartial, copyToUserPartial } from '../mm/uaccess.ts';
import { vmaAt } from '../mm/vma.ts';
import { ACCESS, type PhysAddr, type VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';

/** Another process's memory, also where it may not touch it itself: breakpoints are written into code. */

/** At most `lenBytes` bytes, as far as there are areas. Linux: access_process_vm(…, FOLL_FORCE). */
export function peekMemory(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number): Uint8Array {
  return copyFromUserPartial(k, mm, addr, lenBytes, forcedPage);
}

/** How many of the bytes could be written. A private page gets a copy of its own first, whoever shares the frame. */
export function pokeMemory(k: Kernel, mm: Mm, addr: VirtAddr, bytes: Uint8Array): number {
  return copyToUserPartial(k, mm, addr, bytes, forcedPage);
}

/** Physical address behind `addr`, -1 when there is none. Linux: check_vma_flags(), faultin_page(), with FOLL_FORCE. */
function forcedPage(k: Kernel, mm: Mm, addr: VirtAddr, access: number): PhysAddr {
  if (!(addr >= 0 && addr < 0x8000_0000_0000)) return -1;
  const vma = vmaAt(mm, addr);
  if (!vma) return -1;
  // Without an MMU nothing keeps anybody out. Linux: __access_remote_vm() of mm/nommu.c.
  if (k.state.noMmu) return translate(k, mm, addr, access === ACCESS.write);
  const write = access === ACCESS.write;
  // Behind a shared mapping that may not be written lies somebody else's file.
  if (write && (vma.flags & VM_WRITE) === 0 && vma.flags & VM_SHARED) return -1;
  const { flags } = vma;
  vma.flags |= VM_READ | (write ? VM_WRITE : 0);
  const outcome = handleMmFault(k, mm, addr, access);
  vma.flags = flags;
  const at = pteOf(k, mm, addr);
  const entry = at < 0 ? 0 : (k.ram.u32[at] ?? 0);
  if (outcome !== 0 || !ptePopulated(entry)) return -1;
  restoreProtection(k, mm, vma, at, addr);
  return pteFrame(entry) * PAGE_SIZE + (addr % PAGE_SIZE);
}

/** The entry as the task itself would have it. */
function restoreProtection(k: Kernel, mm: Mm, { flags }: Vma, at: number, addr: VirtAddr): void {
  const entry = k.ram.u32[at] ?? 0;
  let wanted = entry;
  if ((flags & VM_WRITE) === 0) wanted &= ~PTE_RW;
  if ((flags & (VM_READ | VM_WRITE | VM_EXEC)) === 0) wanted = (wanted & ~(PTE_PRESENT | PTE_USER)) | PTE_PROTNONE;
  if (wanted === entry) return;
  storeWord(k, at, wanted >>> 0);
  flushTlbPage(k, mm, addr - (addr % PAGE_SIZE));
}
