import { EINVAL, ESRCH } from '../../abi/errno.ts';
import { readU32, writeU32 } from '../../bytes.ts';
import { copyFromUser, putUserU32 } from '../../mm/uaccess.ts';
import { THREAD_X86 } from '../../ports.ts';
import type { Kernel } from '../../state.ts';
import type { Task } from '../../task.ts';
import { changeThread } from '../thread.ts';

/** GDT_ENTRY_TLS_MIN of a 64-bit kernel; there are three entries. */
const TLS_MIN = 12;
const TLS_ENTRIES = 3;
const USER_DESC_BYTES = 16;

/**
 * set_thread_area(2) and CLONE_SETTLS: install the `struct user_desc` at `uInfo` as a GDT entry of the task.
 * `canAllocate`: entry_number -1 takes a free entry and its number is written back.
 * Linux: arch/x86/kernel/tls.c do_set_thread_area().
 */
export function setThreadArea(k: Kernel, task: Task, uInfo: number, canAllocate: boolean): number {
  const mm = task.mm;
  if (!mm) return -ESRCH;
  const info = copyFromUser(k, mm, uInfo, USER_DESC_BYTES);
  let entry = readU32(info, 0) | 0;
  if (entry === -1 && canAllocate) {
    entry = freeEntry(task);
    if (entry < 0) return -ESRCH;
    putUserU32(k, mm, uInfo, entry);
  }
  if (entry < TLS_MIN || entry >= TLS_MIN + TLS_ENTRIES) return -EINVAL;
  const [low, high] = descriptor(info);
  changeThread(k, task, (thread) => {
    writeU32(thread, THREAD_X86.tls + (entry - TLS_MIN) * 8, low);
    writeU32(thread, THREAD_X86.tls + (entry - TLS_MIN) * 8 + 4, high);
  });
  return 0;
}

function freeEntry(task: Task): number {
  for (let i = 0; i < TLS_ENTRIES; i++) {
    const at = THREAD_X86.tls + i * 8;
    if (readU32(task.thread, at) === 0 && readU32(task.thread, at + 4) === 0) return TLS_MIN + i;
  }
  return -1;
}

/** Linux: arch/x86/include/asm/desc.h fill_ldt(); Intel SDM volume 3, 3.4.5. */
function descriptor(info: Uint8Array): [number, number] {
  const base = readU32(info, 4);
  const limit = readU32(info, 8);
  const bits = readU32(info, 12);
  const bit = (n: number): number => (bits >>> n) & 1;
  const [seg32, contents, readExecOnly, limitInPages, notPresent, useable] = [
    bit(0),
    (bits >>> 1) & 3,
    bit(3),
    bit(4),
    bit(5),
    bit(6),
  ];
  const empty = base === 0 && limit === 0 && readExecOnly === 1 && notPresent === 1;
  if (bits === 0 || (empty && !seg32 && !contents && !limitInPages && !useable)) return [0, 0];
  const type = ((readExecOnly ^ 1) << 1) | (contents << 2) | 1;
  const low = ((base & 0xffff) << 16) | (limit & 0xffff);
  const high =
    ((base >>> 16) & 0xff) |
    (type << 8) |
    (1 << 12) |
    (3 << 13) |
    ((notPresent ^ 1) << 15) |
    (limit & 0xf_0000) |
    (useable << 20) |
    (seg32 << 22) |
    (limitInPages << 23) |
    (base & 0xff00_0000);
  return [low >>> 0, high >>> 0];
}

/** get_thread_area(2). Linux: arch/x86/kernel/tls.c do_get_thread_area(). */
export function getThreadAreaBytes(thread: Uint8Array, entry: number): Uint8Array | null {
  if (entry < TLS_MIN || entry >= TLS_MIN + TLS_ENTRIES) return null;
  const low = readU32(thread, THREAD_X86.tls + (entry - TLS_MIN) * 8);
  const high = readU32(thread, THREAD_X86.tls + (entry - TLS_MIN) * 8 + 4);
  const info = new Uint8Array(USER_DESC_BYTES);
  writeU32(info, 0, entry);
  writeU32(info, 4, ((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff00_0000)) >>> 0);
  writeU32(info, 8, (low & 0xffff) | (high & 0xf_0000));
  const type = (high >>> 8) & 15;
  const present = (high >>> 15) & 1;
  const bits =
    ((high >>> 22) & 1) |
    (((type >>> 2) & 3) << 1) |
    ((((type >>> 1) & 1) ^ 1) << 3) |
    (((high >>> 23) & 1) << 4) |
    ((present ^ 1) << 5) |
    (((high >>> 20) & 1) << 6);
  writeU32(info, 12, bits);
  return info;
}
