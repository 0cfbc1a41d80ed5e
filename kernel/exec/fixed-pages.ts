import { ENOMEM } from '../abi/errno.ts';
import { archOf } from '../arch/index.ts';
import { allocFrameRaw } from '../mm/frames.ts';
import { takeTable } from '../mm/nommu/tables.ts';
import { PTE_PRESENT, PTE_USER, pteOf, ptePopulated } from '../mm/pagetable.ts';
import { storeBytes, storePair } from '../mm/phys.ts';
import { PAGE_SIZE, VM_EXEC, VM_READ } from '../mm/types.ts';
import { insertVma, vmasIn } from '../mm/vma.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';

/**
 * Map the pages that the kernel gives to every program, but for those whose place the program itself has taken. Linux: arch/arm/kernel/process.c arch_setup_additional_pages().
 */
export function mapFixedPages(k: Kernel, task: Task): void {
  const mm = task.mm;
  if (!mm) return;
  const { noMmu } = k.state;
  const arch = archOf(mm.isa);
  for (const { addr, name, bytes } of noMmu ? arch.fixedPagesNoMmu : arch.fixedPages) {
    if (vmasIn(mm, addr, addr + PAGE_SIZE).length > 0) continue;
    const at = pteOf(k, mm, addr, true);
    // Processes that share their page table share these pages too.
    if (at < 0 || !ptePopulated(k.ram.u32[at] ?? 0)) {
      const frame = noMmu ? takeTable(noMmu) : allocFrameRaw(k);
      if (frame === 0 || at < 0) throw new SyscallError(ENOMEM);
      storeBytes(k, frame * PAGE_SIZE, bytes);
      storePair(k, at, ((frame * PAGE_SIZE) | PTE_PRESENT | PTE_USER) >>> 0, 0);
    }
    mm.rss++;
    insertVma(mm, { start: addr, end: addr + PAGE_SIZE, flags: VM_READ | VM_EXEC, file: null, offset: 0, name });
  }
}
