import { readU32 } from '../bytes.ts';
import { THREAD_X86 } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { changeThread, saveThreadOf } from './thread.ts';
import { INITIAL_THREAD_X86 } from './x86-fpu.ts';

/** The FPU in x86 signal frames: an FXSAVE image, as a kernel without XSAVE writes it. Linux: arch/x86/kernel/fpu/signal.c. */

export const FXSAVE_BYTES = 512;
/** Registers end here; what follows is reserved for software and stays zero. */
const FXSAVE_USED = 416;
const MXCSR = 24;
const MXCSR_MASK = 0xffff;
const FRAME_ALIGN = 64;
const FRESH_FPU = INITIAL_THREAD_X86.subarray(THREAD_X86.fxsave);

/** Where the image goes below `sp`. Linux: fpu__alloc_mathframe(). */
export function fxsaveBelow(sp: number): number {
  const at = sp - FXSAVE_BYTES;
  return at - (((at % FRAME_ALIGN) + FRAME_ALIGN) % FRAME_ALIGN);
}

const IMAGE = new Uint8Array(FXSAVE_BYTES);

/** The task's image, until the next call. */
export function fxsaveImage(k: Kernel, task: Task): Uint8Array {
  saveThreadOf(k, task);
  IMAGE.set(task.thread.subarray(THREAD_X86.fxsave, THREAD_X86.fxsave + FXSAVE_USED));
  IMAGE.fill(0, FXSAVE_USED);
  return IMAGE;
}

/** Load an image that comes from user space; false when its MXCSR sets a reserved bit. */
export function restoreFxsave(k: Kernel, task: Task, image: Uint8Array): boolean {
  if ((readU32(image, MXCSR) & ~MXCSR_MASK) !== 0) return false;
  changeThread(k, task, (thread) => thread.set(image.subarray(0, FXSAVE_USED), THREAD_X86.fxsave));
  return true;
}

/** The state a handler starts with. Linux: fpu__clear_user_states(). */
export function clearFpu(k: Kernel, task: Task): void {
  changeThread(k, task, (thread) => thread.set(FRESH_FPU, THREAD_X86.fxsave));
}
