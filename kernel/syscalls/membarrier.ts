import { EINVAL, EPERM } from '../abi/errno.ts';
import {
  MEMBARRIER_CMD_GLOBAL,
  MEMBARRIER_CMD_GLOBAL_EXPEDITED,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  MEMBARRIER_CMD_QUERY,
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../abi/membarrier.ts';
import { mmOf } from '../fs/uargs.ts';
import type { SyscallRow } from './row.ts';

/** Commands that fence other CPUs, and what an address space must have registered first. */
const NEEDS: { readonly [command: number]: number } = {
  [MEMBARRIER_CMD_GLOBAL]: 0,
  [MEMBARRIER_CMD_GLOBAL_EXPEDITED]: 0,
  [MEMBARRIER_CMD_PRIVATE_EXPEDITED]: MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
  [MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE]: MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
};

const REGISTERS =
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED |
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED |
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;

const OFFERED = Object.keys(NEEDS).reduce((mask, command) => mask | Number(command), REGISTERS);

/**
 * membarrier(2): with one CPU every thread sees memory in order, so that fencing the others is done at once. The commands for
 * restartable sequences are EINVAL, as there is no rseq(2). Linux: kernel/sched/membarrier.c.
 */
const sys_membarrier: SyscallRow = {
  name: 'membarrier',
  nr: { i386: 375, x86_64: 324, arm: 389 },
  args: [
    ['cmd', 'int'],
    ['flags', 'uint'],
    ['cpu_id', 'int'],
  ],
  ret: 'int',
  handler(_k, task, [command = 0, flags = 0]) {
    if (flags !== 0) return -EINVAL;
    if (command === MEMBARRIER_CMD_QUERY) return OFFERED;
    const mm = mmOf(task);
    if (command > 0 && (command & (command - 1)) === 0 && command & REGISTERS) {
      mm.membarrier |= command;
      return 0;
    }
    const needed = NEEDS[command];
    if (needed === undefined) return -EINVAL;
    return (mm.membarrier & needed) === needed ? 0 : -EPERM;
  },
};

export const MEMBARRIER_ROWS: readonly SyscallRow[] = [sys_membarrier];
