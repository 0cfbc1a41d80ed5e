import { kernelRead } from '../kernel/fs/read.ts';
import { translate } from '../kernel/mm/pagetable.ts';
import { type Mm, PAGE_SIZE } from '../kernel/mm/types.ts';
import { vmaAt } from '../kernel/mm/vma.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { Kernel } from '../kernel/state.ts';
import { SyscallError } from '../kernel/syscalls/row.ts';

/** Looks at a file of the guest, in a machine with a history so that nothing of it is recorded. */
export type Aside = <T>(look: () => T) => T;

/**
 * Copy user memory as it stands, faulting nothing in and changing nothing. Bytes of pages that are not there are left
 * as they are in `into`; returns whether all were there.
 */
export function peekInto(k: Kernel, mm: Mm, addr: VirtAddr, into: Uint8Array): boolean {
  let whole = true;
  let done = 0;
  while (done < into.length) {
    const at = addr + done;
    const part = Math.min(into.length - done, PAGE_SIZE - (at % PAGE_SIZE));
    const phys = translate(k, mm, at, false);
    if (phys < 0) whole = false;
    else into.set(k.ram.u8.subarray(phys, phys + part), done);
    done += part;
  }
  return whole;
}

/** Bytes of user memory as they stand; shorter where the next page is not there. */
export function peek(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number): Uint8Array {
  const out = new Uint8Array(lenBytes);
  for (let done = 0; done < lenBytes; ) {
    const at = addr + done;
    const part = Math.min(lenBytes - done, PAGE_SIZE - (at % PAGE_SIZE));
    const phys = translate(k, mm, at, false);
    if (phys < 0) return out.subarray(0, done);
    out.set(k.ram.u8.subarray(phys, phys + part), done);
    done += part;
  }
  return out;
}

/** The same, and where a page of a file is not there yet, what will be there. */
export function peekFile(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number, aside: Aside): Uint8Array {
  const there = peek(k, mm, addr, lenBytes);
  if (there.length === lenBytes) return there;
  const vma = vmaAt(mm, addr);
  if (!vma?.file) return there;
  const { file } = vma;
  const offset = addr - vma.start + vma.offset;
  const wanted = Math.min(lenBytes, vma.end - addr);
  try {
    const bytes = aside(() => kernelRead(k, file, offset + there.length, wanted - there.length));
    return Buffer.concat([there, bytes]);
  } catch (error) {
    if (error instanceof SyscallError) return there;
    throw error;
  }
}

/** A word in hexadecimal, as its ISA's addresses are written; dots for bytes that are not there. */
export function wordHex(bytes: Uint8Array, wordBytes: number): string {
  let text = '';
  for (let i = wordBytes - 1; i >= 0; i--) {
    const byte = bytes[i];
    text += byte === undefined ? '..' : byte.toString(16).padStart(2, '0');
  }
  return text;
}

/** A little-endian word as a number (exact below 2^53). */
export function wordNumber(bytes: Uint8Array): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + (bytes[i] ?? 0);
  return value;
}

/** The same for all 64 bits. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

/** The lowest `lenBytes` bytes of a value. */
export function toLittleEndian(value: bigint, lenBytes: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(lenBytes / 8) * 8);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < lenBytes; at += 8) view.setBigUint64(at, value >> BigInt(8 * at), true);
  return bytes.subarray(0, lenBytes);
}
