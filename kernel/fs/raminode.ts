import { EFBIG, ENOSPC } from '../abi/errno.ts';
import { storeBytes } from '../mm/phys.ts';
import { truncatePagecache } from '../mm/truncate.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import type { Kernel } from '../state.ts';
import { isDirectory } from './inode.ts';
import type { Inode } from './types.ts';

/**
 * Bytes of the files in RAM: `data` holds the pages that were written, the others are holes that read as zeros. A page
 * in the page cache, which mappings write to, is newer than the one in `data`. Linux: mm/shmem.c.
 */

/** Bytes from `offset`, at most `lenBytes`, shorter at the end of the file. */
export function ramRead(k: Kernel, inode: Inode, offset: number, lenBytes: number): Uint8Array {
  const end = Math.min(inode.size, offset + lenBytes);
  if (offset >= end) return new Uint8Array(0);
  const out = new Uint8Array(end - offset);
  eachPart(offset, end, (index, within, from, partBytes) => {
    const page = newestPage(k, inode, index);
    if (page) out.set(page.subarray(within, within + partBytes), from - offset);
  });
  return out;
}

/** Store bytes at `offset`, growing the file. Returns 0, -ENOSPC or -EFBIG. */
export function ramWrite(k: Kernel, inode: Inode, offset: number, bytes: Uint8Array): number {
  const end = offset + bytes.length;
  const error = ramReserve(k, inode, offset, end);
  if (error !== 0) return error;
  eachPart(offset, end, (index, within, from, partBytes) => {
    const part = bytes.subarray(from - offset, from - offset + partBytes);
    replacePart(inode, index, within, part);
    storeCached(k, inode, index, within, part);
  });
  if (end > inode.size) inode.size = end;
  return 0;
}

function replacePart(inode: Inode, index: number, within: number, bytes: Uint8Array): void {
  const page = inode.data?.get(index)?.slice();
  page?.set(bytes, within);
  if (page) inode.data?.set(index, page);
}

/** Bytes [start, end) become zeros, whole pages of them holes. */
export function ramZero(k: Kernel, inode: Inode, start: number, end: number): void {
  for (const [index, page] of inode.data ?? []) {
    const from = Math.max(start, index * PAGE_SIZE) - index * PAGE_SIZE;
    const to = Math.min(end, (index + 1) * PAGE_SIZE) - index * PAGE_SIZE;
    if (from >= to) continue;
    if (to - from === PAGE_SIZE) inode.data?.delete(index);
    else inode.data?.set(index, page.slice().fill(0, from, to));
  }
  for (const index of inode.pages?.keys() ?? []) {
    const from = Math.max(start, index * PAGE_SIZE) - index * PAGE_SIZE;
    const to = Math.min(end, (index + 1) * PAGE_SIZE) - index * PAGE_SIZE;
    if (from < to) storeCached(k, inode, index, from, new Uint8Array(to - from));
  }
}

/** Set the length: what is cut off reads as zeros when the file grows again. */
export function ramTruncate(k: Kernel, inode: Inode, size: number): void {
  const shrinks = size < inode.size;
  if (shrinks) ramZero(k, inode, size, Infinity);
  inode.size = size;
  if (shrinks) truncatePagecache(k, inode, size);
}

/** Pages for the bytes [start, end). Returns 0, -ENOSPC or -EFBIG. */
export function ramReserve(k: Kernel, inode: Inode, start: number, end: number): number {
  if (end > 2 ** 52) return -EFBIG;
  inode.data ??= new Map();
  const { data } = inode;
  const missing: number[] = [];
  const limit = Math.floor(ramfsLimit(k) / PAGE_SIZE);
  for (let index = Math.floor(start / PAGE_SIZE); index * PAGE_SIZE < end; index++) {
    if (!data.has(index)) missing.push(index);
    if (missing.length > limit) return -ENOSPC;
  }
  if (missing.length > 0 && ramfsBytes(k) + missing.length * PAGE_SIZE > ramfsLimit(k)) return -ENOSPC;
  for (const index of missing) data.set(index, new Uint8Array(PAGE_SIZE));
  return 0;
}

/** Bytes of the pages that the file has, holes left out. */
export function ramBytes(inode: Inode): number {
  return (inode.data?.size ?? 0) * PAGE_SIZE;
}

/**
 * The first byte from `offset` on that lies in a page (or, `hole`, in none), or -1 when there is no more data.
 * SEEK_DATA, SEEK_HOLE.
 */
export function ramSeek(inode: Inode, offset: number, hole: boolean): number {
  for (let at = offset; at < inode.size; at = (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE) {
    const index = Math.floor(at / PAGE_SIZE);
    const isData = inode.data?.has(index) || inode.pages?.has(index) || false;
    if (isData !== hole) return at;
  }
  return hole ? inode.size : -1;
}

/** What all files may hold together: half of RAM, as tmpfs is mounted by default. In bytes. */
export function ramfsLimit(k: Kernel): number {
  return k.ram.lenBytes / 2;
}

/** Bytes that the files of the tree hold. */
export function ramfsBytes(k: Kernel): number {
  let total = 0;
  const seen = new Set<Inode>();
  const visit = (dir: Inode): void => {
    for (const inode of dir.entries?.values() ?? []) {
      if (inode.kind === 'directory' && isDirectory(inode)) visit(inode);
      else if (inode.kind === 'file' && !seen.has(inode)) {
        seen.add(inode);
        total += ramBytes(inode);
      }
    }
  };
  visit(k.state.root);
  return total;
}

function newestPage(k: Kernel, inode: Inode, index: number): Uint8Array | undefined {
  const frame = inode.pages?.get(index);
  if (frame === undefined) return inode.data?.get(index);
  return k.ram.u8.subarray(frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE);
}

/** Bring the page cache's copy up to date. */
function storeCached(k: Kernel, inode: Inode, index: number, within: number, bytes: Uint8Array): void {
  const frame = inode.pages?.get(index);
  if (frame === undefined) return;
  storeBytes(k, frame * PAGE_SIZE + within, bytes);
}

function eachPart(
  start: number,
  end: number,
  visit: (index: number, within: number, from: number, partBytes: number) => void,
): void {
  for (let from = start; from < end; ) {
    const within = from % PAGE_SIZE;
    const partBytes = Math.min(PAGE_SIZE - within, end - from);
    visit(Math.floor(from / PAGE_SIZE), within, from, partBytes);
    from += partBytes;
  }
}
