import { archOf } from '../../arch/index.ts';
import { type Mm, VM_EXEC, VM_MAYSHARE, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../../mm/types.ts';
import type { Kernel } from '../../state.ts';
import type { Task } from '../../task.ts';
import { filePath } from '../dpath.ts';
import { majorOf, minorOf } from '../inode.ts';

/** /proc/PID/maps. Linux: fs/proc/task_mmu.c show_map_vma(). */
export function mapsText({ state }: Kernel, { mm }: Task): string {
  if (!mm) return '';
  return mm.vmas
    .map((vma) => (state.noMmu ? noMmuLine(mm, vma) : mapLine(vma, vma.flags & VM_SHARED ? 's' : 'p')))
    .join('');
}

/** Shared, or could be; the stack is the area that the stack pointer lay in. Linux: fs/proc/task_nommu.c nommu_vma_show(). */
function noMmuLine(mm: Mm, vma: Vma): string {
  const sharing = vma.flags & VM_SHARED ? 'S' : vma.flags & VM_MAYSHARE ? 's' : 'p';
  const isStack = vma.start <= mm.startStack && vma.end >= mm.startStack;
  return mapLine(isStack ? { ...vma, name: '[stack]' } : vma, sharing, 25 + 6 * archOf(mm.isa).wordBytes);
}

/** `nameColumn`: where names stand; this is a 64-bit kernel's. Linux: seq_pad(). */
function mapLine(vma: Vma, sharing: string, nameColumn = 73): string {
  const inode = vma.file?.inode;
  const dev = inode?.dev ?? 0;
  const head =
    `${hex(vma.start, 8)}-${hex(vma.end, 8)} ${permissions(vma)}${sharing} ${hex(vma.file ? vma.offset : 0, 8)} ` +
    `${hex(majorOf(dev), 2)}:${hex(minorOf(dev), 2)} ${inode?.ino ?? 0} `;
  const name = vma.file ? filePath(vma.file) : vma.name;
  return name === '' ? `${head}\n` : `${head.padEnd(nameColumn)}${name}\n`;
}

function permissions(vma: Vma): string {
  const letter = (flag: number, text: string): string => (vma.flags & flag ? text : '-');
  return letter(VM_READ, 'r') + letter(VM_WRITE, 'w') + letter(VM_EXEC, 'x');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
