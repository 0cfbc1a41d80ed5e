import { ACCESS, type PhysAddr, type VirtAddr, WATCH, type Watchpoint } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Mm } from './types.ts';

/** Accesses of the kernel to watched user memory; kernel/mm/uaccess.ts asks only while there are watchpoints. */

/** The kernel reads [addr, addr + lenBytes), which lies in one page at `phys`. */
export function watchKernelRead(k: Kernel, mm: Mm, addr: VirtAddr, phys: PhysAddr, lenBytes: number): void {
  for (const point of k.watchpoints.values()) {
    if ((point.kinds & WATCH.read) === 0) continue;
    const part = overlap(point, mm, addr, lenBytes);
    if (!part) continue;
    const bytes = k.ram.u8.slice(phys + part.from, phys + part.to);
    tell(k, point, ACCESS.read, addr + part.from, bytes, bytes);
  }
}

/** The kernel is about to write `bytes` at `addr`, all in one page at `phys`. */
export function watchKernelWrite(k: Kernel, mm: Mm, addr: VirtAddr, phys: PhysAddr, bytes: Uint8Array): void {
  for (const point of k.watchpoints.values()) {
    if ((point.kinds & (WATCH.write | WATCH.change)) === 0) continue;
    const part = overlap(point, mm, addr, bytes.length);
    if (!part) continue;
    const before = k.ram.u8.slice(phys + part.from, phys + part.to);
    const after = bytes.slice(part.from, part.to);
    if ((point.kinds & WATCH.write) === 0 && before.every((byte, i) => byte === after[i])) continue;
    tell(k, point, ACCESS.write, addr + part.from, before, after);
  }
}

/** The common part, as offsets from `addr`. */
function overlap(point: Watchpoint, mm: Mm, addr: VirtAddr, lenBytes: number): { from: number; to: number } | null {
  if (point.root !== undefined && point.root !== mm.pgd) return null;
  const from = Math.max(0, point.start - addr);
  const to = Math.min(lenBytes, point.start + point.lenBytes - addr);
  return from < to ? { from, to } : null;
}

function tell(
  k: Kernel,
  point: Watchpoint,
  access: number,
  addr: VirtAddr,
  before: Uint8Array,
  after: Uint8Array,
): void {
  const task = k.state.tasks.get(k.state.current);
  if (task) k.trace?.event({ kind: 'watchpoint', task, watchpoint: point.id, access, addr, before, after });
}
