import type { Fields, Input, Struct, Values } from '../abi/struct.ts';
import { callIsa, getBytes, putBytes } from '../fs/uargs.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** sizeof(sigset_t) in the kernel: what `sigsetsize` arguments must be. */
export const SIGSET_BYTES = 8;

/** Structures in user memory, in the layout of the call's table. Both throw EFAULT. */

export function getStruct<F extends Fields>(k: Kernel, task: Task, layout: Struct<F>, addr: VirtAddr): Values<F> {
  const isa = callIsa(task);
  return layout.decode(isa, getBytes(k, task, addr, layout.size(isa)));
}

export function putStruct<F extends Fields>(
  k: Kernel,
  task: Task,
  layout: Struct<F>,
  addr: VirtAddr,
  values: Input<F>,
): void {
  putBytes(k, task, addr, layout.encode(callIsa(task), values));
}
