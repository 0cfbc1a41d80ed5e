import {
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_OWNER_DIED,
  FUTEX_TID_MASK,
  FUTEX_WAITERS,
  ROBUST_LIST_LIMIT,
} from '../abi/futex.ts';
import { archOf } from '../arch/index.ts';
import { readS64 } from '../bytes.ts';
import type { Mm } from '../mm/types.ts';
import { copyFromUser, getUserU32, getUserWord, putUserU32 } from '../mm/uaccess.ts';
import { pidVnr } from '../pid.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { futexKey } from './key.ts';
import { futexWake } from './wake.ts';

/** What a thread that ends does to words in its memory. A bad address ends it quietly: nobody is left to be told. */

/** Run `access`; false when it met a bad address. */
function quietly(access: () => void): boolean {
  try {
    access();
    return true;
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}

/** set_tid_address and CLONE_CHILD_CLEARTID. Only memory that somebody else still uses is written. Linux: mm_release(). */
export function clearChildTid(k: Kernel, task: Task): void {
  const { mm, clearChildTid: addr } = task;
  task.clearChildTid = 0;
  if (addr === 0 || !mm || mm.users <= 1) return;
  quietly(() => {
    putUserU32(k, mm, addr, 0);
    futexWake(k, futexKey(k, mm, { addr, isPrivate: false }), 1, FUTEX_BITSET_MATCH_ANY);
  });
}

/** Pointers of the list have bit 0 set for a PI lock. */
interface Entry {
  addr: VirtAddr;
  isPi: boolean;
}

/** The locks on the robust list are marked and a waiter of each is woken. Linux: exit_robust_list(), compat_exit_robust_list(). */
export function exitRobustList(k: Kernel, task: Task): void {
  const { mm, robustList: head } = task;
  task.robustList = 0;
  if (head === 0 || !mm) return;
  const word = archOf(task.isa).wordBytes;
  const entryAt = (addr: VirtAddr): Entry => {
    const pointer = getUserWord(k, mm, addr, word);
    return { addr: pointer - (pointer % 2), isPi: pointer % 2 === 1 };
  };
  quietly(() => {
    let entry = entryAt(head);
    // struct robust_list_head: list, futex_offset (a signed long), list_op_pending.
    const at = head + word;
    const offset = word === 4 ? getUserU32(k, mm, at) | 0 : readS64(copyFromUser(k, mm, at, 8), 0);
    const pending = entryAt(head + 2 * word);
    for (let i = 0; entry.addr !== head && i < ROBUST_LIST_LIMIT; i++) {
      let next: Entry | null = null;
      // Read on before the entry is given away.
      quietly(() => {
        next = entryAt(entry.addr);
      });
      if (entry.addr !== pending.addr && !handleFutexDeath(k, task, mm, entry, offset, false)) return;
      if (!next) return;
      entry = next;
    }
    if (pending.addr !== 0) handleFutexDeath(k, task, mm, pending, offset, true);
  });
}

/** Linux: handle_futex_death(). False when the word cannot be reached. */
function handleFutexDeath(
  k: Kernel,
  task: Task,
  mm: Mm,
  { addr: entry, isPi }: Entry,
  offset: number,
  isPending: boolean,
): boolean {
  const addr = entry + offset;
  if (addr % 4 !== 0) return false;
  return quietly(() => {
    const value = getUserU32(k, mm, addr);
    const wakeOne = (): void => {
      futexWake(k, futexKey(k, mm, { addr, isPrivate: false }), 1, FUTEX_BITSET_MATCH_ANY);
    };
    // It was unlocked, and died before it could wake somebody.
    if (isPending && !isPi && value === 0) wakeOne();
    if ((value & FUTEX_TID_MASK) !== pidVnr(task, task.pid)) return;
    putUserU32(k, mm, addr, ((value & FUTEX_WAITERS) | FUTEX_OWNER_DIED) >>> 0);
    if (!isPi && value & FUTEX_WAITERS) wakeOne();
  });
}
