import { ARCHES } from '../../arch/index.ts';
import { ACCESS, type IsaName, type PhysAddr, type VirtAddr } from '../../ports.ts';
import type { Frames, Kernel } from '../../state.ts';
import { FAULT } from '../fault.ts';
import { PTE_PRESENT, PTE_RW, PTE_USER, pteOf, ptePopulated } from '../pagetable.ts';
import { storePair } from '../phys.ts';
import { type Mm, PAGE_SIZE } from '../types.ts';
import { freeRange, MAX_ORDER } from './buddy.ts';
import { takeTable } from './tables.ts';
import type { NoMmu } from './types.ts';

/**
 * The flat address space. The engine has an MMU all the same: its page table maps RAM to its own addresses, readable, writable and
 * executable, for every process alike, so a wild store goes where it would go on such a machine.
 */

const TABLE_SPAN = 0x20_0000;
/** Page tables above the last level, and pages of the kernel's own code, of one ISA. */
const UPPER_TABLES = 16;

/** `frames` of a machine with `ramBytes` that has given nothing away yet. The page tables lie at the bottom. */
export function createNoMmu(frames: Frames, ramBytes: number): NoMmu {
  const isas = Object.values(ARCHES);
  const tables = isas.length * (Math.ceil(ramBytes / TABLE_SPAN) + UPPER_TABLES);
  const nextTable = frames.nextFresh;
  const ramStart = (nextTable + tables) * PAGE_SIZE;
  const reachable = Math.min(...isas.map((arch) => arch.taskSize));
  const ramEnd = Math.min(ramBytes, reachable - (reachable % PAGE_SIZE));
  const free = Array.from({ length: MAX_ORDER }, (): number[] => []);
  const noMmu: NoMmu = { free, ramStart, ramEnd, nextTable, roots: new Map(), regions: [] };
  freeRange(noMmu, ramStart / PAGE_SIZE, ramEnd / PAGE_SIZE);
  frames.nextFresh = ramStart / PAGE_SIZE;
  return noMmu;
}

/** The page table that all processes of the ISA share. */
export function flatRoot(k: Kernel, noMmu: NoMmu, isa: IsaName): PhysAddr {
  let root = noMmu.roots.get(isa);
  if (root === undefined) {
    root = takeTable(noMmu) * PAGE_SIZE;
    noMmu.roots.set(isa, root);
    mapRam(k, noMmu, root);
  }
  return root;
}

/** All of RAM at its own addresses. */
function mapRam(k: Kernel, noMmu: NoMmu, root: PhysAddr): void {
  const { ramStart, ramEnd } = noMmu;
  for (let page = ramStart; page < ramEnd; ) {
    let entry = pteOf(k, { pgd: root, tables: [] }, page, true);
    const tableEnd = Math.min(ramEnd, page - (page % TABLE_SPAN) + TABLE_SPAN);
    for (; page < tableEnd; page += PAGE_SIZE, entry += 2) {
      storePair(k, entry, (page | PTE_PRESENT | PTE_RW | PTE_USER) >>> 0, 0);
    }
  }
}

/** Whether [addr, addr + lenBytes) is RAM. */
export function isRam({ ramStart, ramEnd }: NoMmu, addr: VirtAddr, lenBytes = 1): boolean {
  return addr >= ramStart && addr + lenBytes <= ramEnd;
}

/** RAM never faults. What is none does, but for pages of the kernel's own code, which cannot be written. FAULT.*. */
export function flatFault(k: Kernel, mm: Mm, addr: VirtAddr, access: number): number {
  const at = pteOf(k, mm, addr);
  const entry = at < 0 ? 0 : (k.ram.u32[at] ?? 0);
  if (!ptePopulated(entry)) return FAULT.busAdrErr;
  return access === ACCESS.write && (entry & PTE_RW) === 0 ? FAULT.accErr : FAULT.none;
}
