import { copyFromUserInto, copyToUserPartial } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { archOf } from './index.ts';

/**
 * Signal frames in user memory: an address that is out of reach is an answer, not an error. Frames are made and read in buffers
 * that are kept, since to allocate one costs more than to fill it.
 */

/** Linux: access_ok(). */
function accessOk(task: Task, addr: VirtAddr, lenBytes: number): boolean {
  return addr >= 0 && addr + lenBytes <= archOf(task.isa).taskSize;
}

/** Whether all bytes could be written. */
export function writeFrame(k: Kernel, task: Task, addr: VirtAddr, bytes: Uint8Array): boolean {
  if (!task.mm || !accessOk(task, addr, bytes.length)) return false;
  return copyToUserPartial(k, task.mm, addr, bytes) === bytes.length;
}

/** Fill `bytes`; whether all could be read. */
export function readFrame(k: Kernel, task: Task, addr: VirtAddr, bytes: Uint8Array): boolean {
  if (!task.mm || !accessOk(task, addr, bytes.length)) return false;
  return copyFromUserInto(k, task.mm, addr, bytes) === bytes.length;
}
