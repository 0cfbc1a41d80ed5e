import type { PhysAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { PAGE_SHIFT, PAGE_SIZE } from './types.ts';

/**
 * Stores of the kernel into RAM. Nothing else in the kernel writes `ram.u8` or `ram.u32`, so that each frame is marked for
 * the next snapshot and code translated from it is dropped.
 */

/** Store within one page. */
export function storeBytes(k: Kernel, phys: PhysAddr, bytes: Uint8Array): void {
  const { ram } = k;
  ram.u8.set(bytes, phys);
  const frame = phys >>> PAGE_SHIFT;
  ram.dirty[frame] = 1;
  if (ram.hasCode[frame]) ram.invalidateCode(phys, bytes.length);
}

/** Store over any number of pages in a row. */
export function storeRange(k: Kernel, phys: PhysAddr, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const part = Math.min(bytes.length - done, PAGE_SIZE - ((phys + done) % PAGE_SIZE));
    storeBytes(k, phys + done, bytes.subarray(done, done + part));
    done += part;
  }
}

/** Zeros within one page, which holds no code: kernel stacks, fresh frames. */
export function zeroBytes(k: Kernel, phys: PhysAddr, lenBytes: number): void {
  k.ram.u8.fill(0, phys, phys + lenBytes);
  k.ram.dirty[phys >>> PAGE_SHIFT] = 1;
}

/** Copy within RAM, from one page into another that holds no code. */
export function copyBytes(k: Kernel, to: PhysAddr, from: PhysAddr, lenBytes: number): void {
  k.ram.u8.copyWithin(to, from, from + lenBytes);
  k.ram.dirty[to >>> PAGE_SHIFT] = 1;
}

/** A word of a kernel stack or page table, by its index in `ram.u32`. */
export function storeWord(k: Kernel, at: number, value: number): void {
  k.ram.u32[at] = value;
  k.ram.dirty[at >>> (PAGE_SHIFT - 2)] = 1;
}

/** Two words of it, low first: a page table entry, a 64-bit register. */
export function storePair(k: Kernel, at: number, low: number, high: number): void {
  k.ram.u32[at] = low;
  k.ram.u32[at + 1] = high;
  k.ram.dirty[at >>> (PAGE_SHIFT - 2)] = 1;
}

export function zeroFrame(k: Kernel, frame: number): void {
  zeroBytes(k, frame * PAGE_SIZE, PAGE_SIZE);
}
