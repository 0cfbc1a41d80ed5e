import { EACCES, EFAULT, EIO } from '../../abi/errno.ts';
import { PAGE_SIZE } from '../../mm/types.ts';
import { ptraceMayAccess } from '../../ptrace/access.ts';
import { peekMemory, pokeMemory } from '../../ptrace/memory.ts';
import type { Kernel } from '../../state.ts';
import { SyscallError } from '../../syscalls/row.ts';
import type { Task } from '../../task.ts';
import type { MemoryCtx } from '../anon-types.ts';
import type { IovIter } from '../iov-iter.ts';
import type { File } from '../types.ts';

/** /proc/PID/mem: the memory of a process as a file, with the rights of a tracer. Linux: fs/proc/base.c proc_mem_operations. */

/** The memory as it is at the open: after an execve there is nothing left in it. Throws EACCES. Linux: proc_mem_open(). */
export function openMemory(opener: Task, target: Task): MemoryCtx {
  if (!ptraceMayAccess(opener, target)) throw new SyscallError(EACCES);
  return { kind: 'memory', mm: target.mm };
}

export function memoryRead(k: Kernel, _task: Task, file: File, to: IovIter, pos: number): number {
  return eachPage(file, to, pos, (mm, at, lenBytes) => {
    const bytes = peekMemory(k, mm, at, lenBytes);
    return to.copyTo(bytes) < bytes.length ? -EFAULT : bytes.length;
  });
}

export function memoryWrite(k: Kernel, _task: Task, file: File, from: IovIter, pos: number): number {
  return eachPage(file, from, pos, (mm, at, lenBytes) => {
    const bytes = from.copyFrom(lenBytes);
    return bytes.length < lenBytes ? -EFAULT : pokeMemory(k, mm, at, bytes);
  });
}

/** Page by page, as far as there is memory: the bytes moved, 0 for a process that is gone, -EIO, -EFAULT. Linux: mem_rw(). */
function eachPage(
  { privateData }: File,
  { count }: IovIter,
  pos: number,
  move: (mm: NonNullable<MemoryCtx['mm']>, at: number, lenBytes: number) => number,
): number {
  const mm = privateData?.kind === 'memory' ? privateData.mm : null;
  if (!mm || mm.users === 0) return 0;
  let done = 0;
  while (done < count) {
    const lenBytes = Math.min(count - done, PAGE_SIZE - ((pos + done) % PAGE_SIZE));
    const moved = move(mm, pos + done, lenBytes);
    if (moved < 0) return moved;
    done += moved;
    if (moved < lenBytes) break;
  }
  return done > 0 || count === 0 ? done : -EIO;
}
