import { PTRACE_SYSCALL_INFO_ENTRY, PTRACE_SYSCALL_INFO_EXIT, PTRACE_SYSCALL_INFO_NONE } from '../abi/ptrace.ts';
import { archOf } from '../arch/index.ts';
import { writeU32, writeU64 } from '../bytes.ts';
import { getReg, getRegHigh, getRegLow } from '../ptregs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { Ptrace } from './types.ts';

/** struct ptrace_syscall_info: op u8, arch u32 at 4, ip and sp u64 at 8 and 16, then what the stop has. */
const HEAD_BYTES = 24;
const ENTRY_BYTES = HEAD_BYTES + 7 * 8;
/** The result and is_error. */
const EXIT_BYTES = HEAD_BYTES + 8 + 1;
const NR_ARGS = 6;

/** As long as what the stop has to say. Linux: kernel/ptrace.c ptrace_get_syscall_info(). */
export function syscallInfo(k: Kernel, task: Task, { stop, callIsa }: Ptrace): Uint8Array {
  const arch = archOf(task.isa);
  const { ip, sp } = arch.ptRegs;
  const entry = stop?.kind === 'syscall-entry';
  const exit = stop?.kind === 'syscall-exit';
  const out = new Uint8Array(entry ? ENTRY_BYTES : exit ? EXIT_BYTES : HEAD_BYTES);
  out[0] = entry ? PTRACE_SYSCALL_INFO_ENTRY : exit ? PTRACE_SYSCALL_INFO_EXIT : PTRACE_SYSCALL_INFO_NONE;
  writeU32(out, 4, archOf(entry || exit ? callIsa : task.isa).ptrace.auditArch);
  writeU64(out, 8, getReg(k, task, ip));
  writeU64(out, 16, getReg(k, task, sp));
  if (entry) putEntry(k, task, callIsa !== task.isa, out);
  if (exit) putExit(k, task, out);
  return out;
}

function putEntry(k: Kernel, task: Task, compat: boolean, out: Uint8Array): void {
  const arch = archOf(task.isa);
  const args = compat ? (arch.compat?.args ?? []) : arch.ptRegs.args;
  writeU64(out, HEAD_BYTES, task.inSyscall?.nr ?? -1);
  for (let i = 0; i < NR_ARGS; i++) {
    const index = args[i] ?? 0;
    writeU32(out, HEAD_BYTES + 8 + i * 8, getRegLow(k, task, index));
    if (!compat) writeU32(out, HEAD_BYTES + 12 + i * 8, getRegHigh(k, task, index));
  }
}

const MAX_ERRNO = 4095;

function putExit(k: Kernel, task: Task, out: Uint8Array): void {
  const { ptRegs, wordBytes } = archOf(task.isa);
  const low = getRegLow(k, task, ptRegs.ret);
  const high = wordBytes === 8 ? getRegHigh(k, task, ptRegs.ret) : ((low | 0) >> 31) >>> 0;
  const isError = high === 0xffff_ffff && (low | 0) < 0 && (low | 0) >= -MAX_ERRNO;
  writeU32(out, HEAD_BYTES, low);
  // A 32-bit result that is no error is a number without a sign.
  writeU32(out, HEAD_BYTES + 4, wordBytes === 8 || isError ? high : 0);
  out[HEAD_BYTES + 8] = isError ? 1 : 0;
}
