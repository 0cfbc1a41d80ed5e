import { EBUSY, EINVAL, EPERM } from '../abi/errno.ts';
import { F_SEAL_FUTURE_WRITE, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE } from '../abi/fcntl.ts';
import { VM_SHARED, VM_WRITE } from '../mm/types.ts';
import type { Kernel } from '../state.ts';
import { mayWrite } from './open-flags.ts';
import type { File, Inode } from './types.ts';

/** What may no longer be done to a file in memory. Linux: mm/memfd.c. */

const ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;

/** F_ADD_SEALS. Linux: memfd_add_seals(). */
export function addSeals(k: Kernel, file: File, seals: number): number {
  const { inode } = file;
  if (!mayWrite(file)) return -EPERM;
  if (seals & ~ALL_SEALS || inode.kind !== 'file') return -EINVAL;
  if (inode.seals & F_SEAL_SEAL) return -EPERM;
  if (seals & F_SEAL_WRITE && !(inode.seals & F_SEAL_WRITE) && isMappedWritable(k, inode)) return -EBUSY;
  inode.seals |= seals;
  return 0;
}

/** F_GET_SEALS. */
export function getSeals({ inode }: File): number {
  return inode.kind === 'file' ? inode.seals : -EINVAL;
}

function isMappedWritable(k: Kernel, inode: Inode): boolean {
  const shared = VM_SHARED | VM_WRITE;
  for (const { mm } of k.state.tasks.values()) {
    if (mm?.vmas.some(({ file, flags }) => file?.inode === inode && (flags & shared) === shared)) return true;
  }
  return false;
}

/** Whether bytes up to `end` may be written. Linux: shmem_write_begin(). */
export function mayWriteSealed({ seals, size }: Inode, end: number): boolean {
  if (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) return false;
  return !(seals & F_SEAL_GROW && end > size);
}

/** Whether the length may become `sizeBytes`. Linux: shmem_setattr(). */
export function mayResizeSealed({ seals, size }: Inode, sizeBytes: number): boolean {
  return !(seals & F_SEAL_SHRINK && sizeBytes < size) && !(seals & F_SEAL_GROW && sizeBytes > size);
}
