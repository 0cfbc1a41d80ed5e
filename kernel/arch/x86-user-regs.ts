import { EIO } from '../abi/errno.ts';
import { readU32, writeU32 } from '../bytes.ts';
import { THREAD_X86 } from '../ports.ts';
import { getRegHigh, getRegLow, setReg, setRegHalves } from '../ptregs.ts';
import { isRestartCode } from '../signal/restart.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { getThreadAreaBytes } from './i386/tls.ts';
import { archOf } from './index.ts';
import { changeThread, saveThreadOf } from './thread.ts';

/**
 * `struct user_regs_struct` of both x86 ISAs, each over tasks of either: an x86-64 tracer sees an i386 task's registers in its own
 * layout, and the other way round. Linux: arch/x86/kernel/ptrace.c getreg(), putreg(), getreg32(), putreg32().
 */

export const USER_REGS_64 =
  'r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss fs_base gs_base ds es fs gs'.split(' ');
export const USER_REGS_32 = 'bx cx dx si di bp ax ds es fs gs orig_ax ip cs flags sp ss'.split(' ');

/** Flags that a debugger may change: CF PF AF ZF SF TF DF OF NT RF AC. */
const FLAG_MASK = 0x5_4dd5;
const PT_REGS_64 = 21;

/** Low and high half. */
type Pair = readonly [low: number, high: number];

/** Where a register that is not in an x86-64 task's pt_regs stands in its thread block. */
const IN_THREAD: { readonly [name: string]: readonly [offset: number, words: number] } = {
  fs_base: [THREAD_X86.fsBase, 2],
  gs_base: [THREAD_X86.gsBase, 2],
  ds: [THREAD_X86.ds, 1],
  es: [THREAD_X86.es, 1],
  fs: [THREAD_X86.fs, 1],
  gs: [THREAD_X86.gs, 1],
};

function is64(task: Task): boolean {
  return archOf(task.isa).wordBytes === 8;
}

export function getUserReg(k: Kernel, task: Task, name: string): Pair {
  if (is64(task)) {
    const index = USER_REGS_64.indexOf(name);
    if (index < PT_REGS_64) return [getRegLow(k, task, index), getRegHigh(k, task, index)];
    const [offset = 0, words = 1] = IN_THREAD[name] ?? [];
    saveThreadOf(k, task);
    return [readU32(task.thread, offset), words === 2 ? readU32(task.thread, offset + 4) : 0];
  }
  const index = USER_REGS_32.indexOf(name);
  if (index < 0) return [name.endsWith('_base') ? segmentBase(k, task, name.slice(0, 2)) : 0, 0];
  const low = getRegLow(k, task, index);
  // The kernel's own words are longs: "no call", and the errors it returns.
  const extended = (name === 'orig_ax' && low === 0xffff_ffff) || (name === 'ax' && low >= 0xffff_f001);
  return [low, extended ? 0xffff_ffff : 0];
}

/** Base of the TLS segment that a selector of a 32-bit task names. */
function segmentBase(k: Kernel, task: Task, selector: string): number {
  saveThreadOf(k, task);
  const entry = getRegLow(k, task, USER_REGS_32.indexOf(selector)) >>> 3;
  const info = getThreadAreaBytes(task.thread, entry);
  return info ? readU32(info, 4) : 0;
}

/** 0 or -EIO. */
export function setUserReg(k: Kernel, task: Task, name: string, [low, high]: Pair): number {
  if (name === 'cs') return low === getUserReg(k, task, 'cs')[0] ? 0 : -EIO;
  if (/^(ss|ds|es|fs|gs)$/.test(name) && !validSelector(name, low & 0xffff)) return -EIO;
  const value = name === 'flags' ? (getUserReg(k, task, name)[0] & ~FLAG_MASK) | (low & FLAG_MASK) : low;
  if (is64(task)) return set64(k, task, name, [value >>> 0, name === 'flags' ? 0 : high]);
  const index = USER_REGS_32.indexOf(name);
  if (index >= 0) setReg(k, task, index, value >>> 0);
  else if (name.endsWith('_base') && low !== getUserReg(k, task, name)[0]) return -EIO;
  syncRestart(k, task);
  return 0;
}

function set64(k: Kernel, task: Task, name: string, [low, high]: Pair): number {
  const index = USER_REGS_64.indexOf(name);
  if (index < PT_REGS_64) {
    setRegHalves(k, task, index, low, high);
    syncRestart(k, task);
    return 0;
  }
  const [offset = 0, words = 1] = IN_THREAD[name] ?? [];
  if (words === 2 && high >= 0x8000) return -EIO;
  changeThread(k, task, (thread) => {
    writeU32(thread, offset, words === 2 ? low : low & 0xffff);
    if (words === 2) writeU32(thread, offset + 4, high);
  });
  return 0;
}

/** Segment registers are 0 or name a segment of user space; the stack's is never 0. */
function validSelector(name: string, selector: number): boolean {
  return (selector & 3) === 3 || (selector === 0 && name !== 'ss');
}

/** A tracer that changes the result or the number of an interrupted call decides whether it restarts. */
function syncRestart(k: Kernel, task: Task): void {
  if (task.inSyscall) return;
  const { orig, ret } = archOf(task.isa).ptRegs;
  const result = getRegLow(k, task, ret) | 0;
  task.syscallResult = (getRegLow(k, task, orig) | 0) >= 0 && isRestartCode(-result) ? result : 0;
}

/** All registers in the order of `names`, words of `wordBytes`. */
export function getUserRegs(k: Kernel, task: Task, names: readonly string[], wordBytes: 4 | 8): Uint8Array {
  const out = new Uint8Array(names.length * wordBytes);
  names.forEach((name, i) => {
    const [low, high] = getUserReg(k, task, name);
    writeU32(out, i * wordBytes, low);
    if (wordBytes === 8) writeU32(out, i * 8 + 4, high);
  });
  return out;
}

/** Registers up to the first that is refused: 0 or -errno. */
export function setUserRegs(
  k: Kernel,
  task: Task,
  names: readonly string[],
  wordBytes: 4 | 8,
  from: Uint8Array,
): number {
  for (const [i, name] of names.entries()) {
    const at = i * wordBytes;
    if (at + wordBytes > from.length) return 0;
    const result = setUserReg(k, task, name, wordPair(from, at, wordBytes, name));
    if (result !== 0) return result;
  }
  return 0;
}

/** A 32-bit tracer's orig_eax is a signed number. */
export function wordPair(from: Uint8Array, at: number, wordBytes: 4 | 8, name: string): Pair {
  const low = readU32(from, at);
  if (wordBytes === 8) return [low, readU32(from, at + 4)];
  return [low, name === 'orig_ax' && low >>> 31 ? 0xffff_ffff : 0];
}
