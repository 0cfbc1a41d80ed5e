import { O_RDWR } from '../abi/fcntl.ts';
import { S_IFREG } from '../abi/stat.ts';
import { newFile } from '../fs/file.ts';
import { newInode } from '../fs/inode.ts';
import { kernelRead } from '../fs/read.ts';
import type { File, Inode } from '../fs/types.ts';
import type { Kernel } from '../state.ts';
import { allocFrame, putFrame } from './frames.ts';
import { storeBytes } from './phys.ts';
import { PAGE_SIZE } from './types.ts';

/**
 * Frame that caches the page of a file at `offset` (page aligned); the cache keeps one reference. 0 when memory is used up,
 * -1 when the page lies behind the end of the file. Linux: filemap_fault().
 */
export function cachedPage(k: Kernel, file: File, offset: number): number {
  const inode = file.inode;
  const index = offset / PAGE_SIZE;
  const cached = inode.pages?.get(index);
  if (cached !== undefined) return cached;
  if (offset >= inode.size) return -1;
  const frame = allocFrame(k);
  if (frame === 0) return 0;
  if (inode.kind !== 'file' || inode.data) {
    storeBytes(k, frame * PAGE_SIZE, kernelRead(k, file, offset, PAGE_SIZE));
  }
  inode.pages ??= new Map();
  inode.pages.set(index, frame);
  k.state.cachedInodes.add(inode);
  return frame;
}

/** Forget a file's cached pages: it is gone, or its bytes have changed. */
export function dropCachedPages(k: Kernel, inode: Inode): void {
  for (const frame of inode.pages?.values() ?? []) putFrame(k, frame);
  inode.pages = null;
  k.state.cachedInodes.delete(inode);
}

/** The file behind a shared anonymous mapping: its only bytes are its cached pages. Linux: mm/shmem.c shmem_zero_setup(). */
export function shmemFile(k: Kernel, lenBytes: number): File {
  const inode = newInode(k, 'file', S_IFREG | 0o777, null);
  inode.nlink = 0;
  inode.name = 'zero (deleted)';
  inode.size = lenBytes;
  inode.pages = new Map();
  return newFile(k, inode, O_RDWR, '/dev/zero (deleted)');
}
