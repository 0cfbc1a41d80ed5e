import { EFAULT, ENAMETOOLONG } from '../abi/errno.ts';
import { bytesToString, readU64, writeU32 } from '../bytes.ts';
import { ACCESS, type PhysAddr, type VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import { handleMmFault } from './fault.ts';
import { translate } from './pagetable.ts';
import { storeBytes } from './phys.ts';
import { type Mm, PAGE_SIZE } from './types.ts';
import { watchKernelRead, watchKernelWrite } from './watch.ts';

/** Access of the kernel to user memory. Linux: lib/usercopy.c; a bad address is EFAULT, a page not there yet is faulted in. */

/** Physical address behind `addr` for this access, faulting the page in; -1 when the access is not allowed. */
export function userToPhys(k: Kernel, mm: Mm, addr: VirtAddr, access: number): PhysAddr {
  for (let tries = 0; tries < 3; tries++) {
    const phys = translate(k, mm, addr, access === ACCESS.write);
    if (phys >= 0) return phys;
    if (handleMmFault(k, mm, addr, access) !== 0) return -1;
  }
  return -1;
}

/**
 * Bytes readable from `addr`, at most `lenBytes`: shorter when a page behind is not mapped, empty when the first is not. `pageAt`
 * finds the page.
 */
export function copyFromUserPartial(
  k: Kernel,
  mm: Mm,
  addr: VirtAddr,
  lenBytes: number,
  pageAt = userToPhys,
): Uint8Array {
  const out = new Uint8Array(lenBytes);
  const done = copyFromUserInto(k, mm, addr, out, pageAt);
  return done === lenBytes ? out : out.subarray(0, done);
}

/** A word costs less by bytes than by a view of the RAM. */
const FEW_BYTES = 16;

/** Fill `out` from `addr` on: how many of its bytes could be read, in order. */
export function copyFromUserInto(k: Kernel, mm: Mm, addr: VirtAddr, out: Uint8Array, pageAt = userToPhys): number {
  const { u8 } = k.ram;
  let done = 0;
  while (done < out.length) {
    const at = addr + done;
    const phys = pageAt(k, mm, at, ACCESS.read);
    if (phys < 0) return done;
    const part = Math.min(out.length - done, PAGE_SIZE - (at % PAGE_SIZE));
    if (k.watchpoints.size > 0) watchKernelRead(k, mm, at, phys, part);
    if (part <= FEW_BYTES) for (let i = 0; i < part; i++) out[done + i] = u8[phys + i] ?? 0;
    else out.set(u8.subarray(phys, phys + part), done);
    done += part;
  }
  return done;
}

/** Throws SyscallError(EFAULT) when any byte cannot be read. */
export function copyFromUser(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number): Uint8Array {
  const bytes = copyFromUserPartial(k, mm, addr, lenBytes);
  if (bytes.length < lenBytes) throw new SyscallError(EFAULT);
  return bytes;
}

/** How many of the bytes could be written, in order. Watchpoints and who listens to the kernel's stores hear of each. */
export function copyToUserPartial(k: Kernel, mm: Mm, addr: VirtAddr, bytes: Uint8Array, pageAt = userToPhys): number {
  let done = 0;
  while (done < bytes.length) {
    const at = addr + done;
    const phys = pageAt(k, mm, at, ACCESS.write);
    if (phys < 0) return done;
    const part = Math.min(bytes.length - done, PAGE_SIZE - (at % PAGE_SIZE));
    const piece = part === bytes.length ? bytes : bytes.subarray(done, done + part);
    if (k.watchpoints.size > 0) watchKernelWrite(k, mm, at, phys, piece);
    k.userWrites?.(mm, at, piece);
    storeBytes(k, phys, piece);
    done += part;
  }
  return done;
}

/** Throws SyscallError(EFAULT) when any byte cannot be written; those before it are. */
export function copyToUser(k: Kernel, mm: Mm, addr: VirtAddr, bytes: Uint8Array): void {
  if (copyToUserPartial(k, mm, addr, bytes) < bytes.length) throw new SyscallError(EFAULT);
}

/** Zeros; throws SyscallError(EFAULT) where they cannot be written. */
export function clearUser(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number): void {
  const zeros = new Uint8Array(Math.min(PAGE_SIZE, Math.max(0, lenBytes)));
  for (let done = 0; done < lenBytes; ) {
    const part = Math.min(lenBytes - done, PAGE_SIZE - ((addr + done) % PAGE_SIZE));
    copyToUser(k, mm, addr + done, part === zeros.length ? zeros : zeros.subarray(0, part));
    done += part;
  }
}

const WORD = new Uint8Array(8);
const WORD_LOW = WORD.subarray(0, 4);

/** An unsigned word or pointer of 4 or 8 bytes; exact below 2^53. Throws EFAULT. Linux: get_user(). */
export function getUserWord(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: 4 | 8): number {
  // Words are read all the time: a new array for each would cost more than the reading.
  WORD.fill(0);
  const done = copyFromUserInto(k, mm, addr, lenBytes === 8 ? WORD : WORD_LOW);
  if (done < lenBytes) throw new SyscallError(EFAULT);
  return readU64(WORD, 0);
}

export function getUserU32(k: Kernel, mm: Mm, addr: VirtAddr): number {
  return getUserWord(k, mm, addr, 4);
}

export function putUserU32(k: Kernel, mm: Mm, addr: VirtAddr, value: number): void {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  copyToUser(k, mm, addr, bytes);
}

/**
 * A NUL-terminated byte string of at most `maxLenBytes` with its NUL. Throws EFAULT for a bad address, ENAMETOOLONG
 * when there is no NUL in reach. Linux: strncpy_from_user(), getname().
 */
export function getString(k: Kernel, mm: Mm, addr: VirtAddr, maxLenBytes: number): string {
  let text = '';
  while (text.length < maxLenBytes) {
    const at = addr + text.length;
    const phys = userToPhys(k, mm, at, ACCESS.read);
    if (phys < 0) throw new SyscallError(EFAULT);
    const part = Math.min(maxLenBytes - text.length, PAGE_SIZE - (at % PAGE_SIZE));
    const bytes = k.ram.u8.subarray(phys, phys + part);
    const end = bytes.indexOf(0);
    if (k.watchpoints.size > 0) watchKernelRead(k, mm, at, phys, end >= 0 ? end + 1 : part);
    if (end >= 0) return text + bytesToString(bytes.subarray(0, end));
    text += bytesToString(bytes);
  }
  throw new SyscallError(ENAMETOOLONG);
}
