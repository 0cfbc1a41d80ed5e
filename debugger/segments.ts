import { archOf } from '../kernel/arch/index.ts';
import { saveThreadOf } from '../kernel/arch/thread.ts';
import { readU32 } from '../kernel/bytes.ts';
import { type IsaName, THREAD_X86 } from '../kernel/ports.ts';
import { getRegLow } from '../kernel/ptregs.ts';
import type { Kernel } from '../kernel/state.ts';
import type { Task } from '../kernel/task.ts';

const FLAT = 0n;
/** GDT entries of thread-local storage on a 64-bit kernel. */
const FIRST_TLS_ENTRY = 12;

const BASE_OF: { readonly [isa in IsaName]: (k: Kernel, task: Task, name: 'fs' | 'gs') => bigint } = {
  i386: descriptorBase,
  x86_64: (_k, task, name) => readBig(task.thread, name === 'fs' ? THREAD_X86.fsBase : THREAD_X86.gsBase),
  arm: () => FLAT,
};

/** Where the segment of the running task starts. Brings `task.thread` up to date. */
export function segmentBase(k: Kernel, task: Task, name: string): bigint {
  if (name !== 'fs' && name !== 'gs') return FLAT;
  saveThreadOf(k, task);
  return BASE_OF[task.isa](k, task, name);
}

/** Through the selector and the GDT. Intel SDM volume 3, 3.4.5. */
function descriptorBase(k: Kernel, task: Task, name: 'fs' | 'gs'): bigint {
  const { thread } = task;
  const selector = getRegLow(k, task, archOf(task.isa).ptRegs.names.indexOf(`x${name}`)) & 0xffff;
  const entry = (selector >>> 3) - FIRST_TLS_ENTRY;
  if (entry < 0 || entry > 2) return FLAT;
  const low = readU32(thread, THREAD_X86.tls + entry * 8);
  const high = readU32(thread, THREAD_X86.tls + entry * 8 + 4);
  return BigInt(((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000)) >>> 0);
}

function readBig(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readU32(bytes, at + 4)) << 32n) | BigInt(readU32(bytes, at));
}
