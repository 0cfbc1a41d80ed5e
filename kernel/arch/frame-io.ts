import { copyFromUserPartial, copyToUserPartial } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { archOf } from './index.ts';

/** Signal frames in user memory: an address that is out of reach is an answer, not an error. */

/** Linux: access_ok(). */
function accessOk(task: Task, addr: VirtAddr, lenBytes: number): boolean {
  return addr >= 0 && addr + lenBytes <= archOf(task.isa).taskSize;
}

/** Whether all bytes could be written. */
export function writeFrame(k: Kernel, task: Task, addr: VirtAddr, bytes: Uint8Array): boolean {
  if (!task.mm || !accessOk(task, addr, bytes.length)) return false;
  return copyToUserPartial(k, task.mm, addr, bytes) === bytes.length;
}

/** The bytes, or null when any cannot be read. */
export function readFrame(k: Kernel, task: Task, addr: VirtAddr, lenBytes: number): Uint8Array | null {
  if (!task.mm || !accessOk(task, addr, lenBytes)) return null;
  const bytes = copyFromUserPartial(k, task.mm, addr, lenBytes);
  return bytes.length === lenBytes ? bytes : null;
}
