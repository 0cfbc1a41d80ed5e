import { EFBIG, ENOMEM, ETXTBSY } from '../../abi/errno.ts';
import type { File, Inode } from '../../fs/types.ts';
import type { PhysAddr } from '../../ports.ts';
import type { Kernel } from '../../state.ts';
import { allocContiguous } from '../frames.ts';
import { cachedPage } from '../pagecache.ts';
import { PAGE_SIZE, VM_SHARED } from '../types.ts';
import { MAX_ORDER } from './buddy.ts';
import type { NoMmu } from './types.ts';

/** Files in RAM whose pages can be mapped where they lie: those that follow each other there as in the file. Linux: fs/ramfs/file-nommu.c. */

/** Where the bytes of the file lie; 0 when they are not all there, or not in a row. Linux: ramfs_nommu_get_unmapped_area(). */
export function directAddress(k: Kernel, file: File, offset: number, lenBytes: number): PhysAddr {
  const { inode } = file;
  const first = offset / PAGE_SIZE;
  const nrPages = lenBytes / PAGE_SIZE;
  if (first + nrPages > Math.ceil(inode.size / PAGE_SIZE)) return 0;
  let base = 0;
  for (let i = 0; i < nrPages; i++) {
    const isHole = !inode.pages?.has(first + i) && !inode.data?.has(first + i);
    const frame = isHole ? 0 : cachedPage(k, file, offset + i * PAGE_SIZE);
    if (i === 0) base = frame;
    if (frame === 0 || frame !== base + i) return 0;
  }
  return base * PAGE_SIZE;
}

/**
 * An empty file that is made longer is meant to be mapped: it gets memory in a row. 0 or -errno. Linux: ramfs_nommu_expand_for_mapping().
 */
export function expandForMapping(k: Kernel, inode: Inode, sizeBytes: number): number {
  const nrPages = Math.ceil(sizeBytes / PAGE_SIZE);
  if (nrPages > 2 ** (MAX_ORDER - 1)) return -EFBIG;
  const first = allocContiguous(k, nrPages);
  if (first === 0) return -ENOMEM;
  inode.pages ??= new Map();
  for (let i = 0; i < nrPages; i++) inode.pages.set(i, first + i);
  k.state.cachedInodes.add(inode);
  return 0;
}

/** What is mapped shared may not be cut off. 0 or -errno. Linux: nommu_shrink_inode_mappings(). */
function mayShrink({ regions }: NoMmu, inode: Inode, sizeBytes: number): number {
  const cut = (offset: number, lenBytes: number): boolean =>
    offset + lenBytes > Math.floor(sizeBytes / PAGE_SIZE) * PAGE_SIZE;
  const isMapped = regions.some(
    ({ inode: other, flags, offset, start, end }) => other === inode && flags & VM_SHARED && cut(offset, end - start),
  );
  return isMapped ? -ETXTBSY : 0;
}

/** Before the length of a file changes. 0 or -errno. Linux: ramfs_nommu_resize(). */
export function nommuResize(k: Kernel, noMmu: NoMmu, inode: Inode, sizeBytes: number): number {
  if (inode.size === 0 && sizeBytes > 0) return expandForMapping(k, inode, sizeBytes);
  return sizeBytes < inode.size ? mayShrink(noMmu, inode, sizeBytes) : 0;
}
