import { VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../../mm/types.ts';
import type { Kernel } from '../../state.ts';
import type { Task } from '../../task.ts';
import { filePath } from '../dpath.ts';
import { majorOf, minorOf } from '../inode.ts';

/** /proc/PID/maps. Linux: fs/proc/task_mmu.c show_map_vma(). */
export function mapsText(_k: Kernel, task: Task): string {
  return (task.mm?.vmas ?? []).map(mapLine).join('');
}

function mapLine(vma: Vma): string {
  const inode = vma.file?.inode;
  const dev = inode?.dev ?? 0;
  const head =
    `${hex(vma.start, 8)}-${hex(vma.end, 8)} ${permissions(vma)} ${hex(vma.file ? vma.offset : 0, 8)} ` +
    `${hex(majorOf(dev), 2)}:${hex(minorOf(dev), 2)} ${inode?.ino ?? 0} `;
  const name = vma.file ? filePath(vma.file) : vma.name;
  // seq_pad(): names stand in column 73 of a 64-bit kernel's lines.
  return name === '' ? `${head}\n` : `${head.padEnd(73)}${name}\n`;
}

function permissions(vma: Vma): string {
  const letter = (flag: number, text: string): string => (vma.flags & flag ? text : '-');
  return letter(VM_READ, 'r') + letter(VM_WRITE, 'w') + letter(VM_EXEC, 'x') + (vma.flags & VM_SHARED ? 's' : 'p');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
