import { EFAULT } from '../abi/errno.ts';
import type { Mm } from '../mm/types.ts';
import { copyFromUserPartial, copyToUserPartial } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';

/**
 * Where the bytes of a read go, or those of a write come from: segments of user memory or one buffer of the kernel's.
 * Lives only as long as the call. Linux: struct iov_iter.
 */
export interface IovIter {
  /** Bytes left. */
  count: number;
  /** Take the bytes into the destination; returns how many could be stored before a bad address. */
  copyTo(bytes: Uint8Array): number;
  /** At most `maxBytes` from the source: shorter at a bad address. */
  copyFrom(maxBytes: number): Uint8Array;
  /** Skip bytes that an earlier run of the call has dealt with. */
  advance(lenBytes: number): void;
}

/** Over a buffer of the kernel. */
export function kernelIter(buffer: Uint8Array): IovIter {
  let at = 0;
  return {
    count: buffer.length,
    copyTo(bytes) {
      const part = bytes.subarray(0, this.count);
      buffer.set(part, at);
      this.advance(part.length);
      return part.length;
    },
    copyFrom(maxBytes) {
      const part = buffer.subarray(at, at + Math.min(maxBytes, this.count));
      this.advance(part.length);
      return part;
    },
    advance(lenBytes) {
      at += lenBytes;
      this.count -= lenBytes;
    },
  };
}

export interface Segment {
  base: VirtAddr;
  lenBytes: number;
}

/** Over user memory. */
export function userIter(k: Kernel, mm: Mm, segments: readonly Segment[]): IovIter {
  let index = 0;
  let within = 0;
  const each = (lenBytes: number, visit: (at: VirtAddr, partBytes: number) => number): number => {
    let done = 0;
    for (let segment = segments[index]; segment && done < lenBytes; segment = segments[index]) {
      const part = Math.min(lenBytes - done, segment.lenBytes - within);
      const moved = part === 0 ? 0 : visit(segment.base + within, part);
      done += moved;
      within += moved;
      if (moved < part) break;
      if (within === segment.lenBytes) {
        index++;
        within = 0;
      }
    }
    return done;
  };
  return {
    count: segments.reduce((sum, segment) => sum + segment.lenBytes, 0),
    copyTo(bytes) {
      let from = 0;
      const done = each(Math.min(bytes.length, this.count), (at, partBytes) => {
        const moved = copyToUserPartial(k, mm, at, bytes.subarray(from, from + partBytes));
        from += moved;
        return moved;
      });
      this.count -= done;
      return done;
    },
    copyFrom(maxBytes) {
      const parts: Uint8Array[] = [];
      const done = each(Math.min(maxBytes, this.count), (at, partBytes) => {
        const part = copyFromUserPartial(k, mm, at, partBytes);
        parts.push(part);
        return part.length;
      });
      this.count -= done;
      return parts.length === 1 && parts[0] ? parts[0] : joinBytes(parts);
    },
    advance(lenBytes) {
      this.count -= each(lenBytes, (_at, partBytes) => partBytes);
    },
  };
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The result of a transfer that moved `done` bytes of those wanted: -EFAULT when none of some could be moved. */
export function moved(done: number, wanted: number): number {
  return done === 0 && wanted > 0 ? -EFAULT : done;
}
