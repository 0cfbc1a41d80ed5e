import { EFAULT, EINVAL, EIO, ESRCH } from '../abi/errno.ts';
import * as P from '../abi/ptrace.ts';
import { SI_USER, SIGKILL } from '../abi/signal.ts';
import { decodeSiginfo, encodeSiginfo, SIGINFO_BYTES } from '../abi/structs/siginfo.ts';
import { iovec } from '../abi/structs.ts';
import { archOf } from '../arch/index.ts';
import { readU32, readU64, writeU32, writeU64 } from '../bytes.ts';
import { callIsa, mmOf } from '../fs/uargs.ts';
import { copyFromUser, copyToUser } from '../mm/uaccess.ts';
import { pidVnr } from '../pid.ts';
import { getRegHigh, getRegLow } from '../ptregs.ts';
import { validSignal } from '../signal/action.ts';
import { recalcSigpending } from '../signal/pending.ts';
import { sendSignal } from '../signal/send.ts';
import { withoutUnblockable } from '../signal/sigset.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { ptraceDetach, ptraceInterrupt, ptraceListen } from './link.ts';
import { peekMemory, pokeMemory } from './memory.ts';
import { ptraceResume } from './stop.ts';
import { syscallInfo } from './syscall-info.ts';
import type { Ptrace, PtraceResume } from './types.ts';

/** A request to a tracee that is stopped for `tracer`. */
export interface PtraceCall {
  k: Kernel;
  tracer: Task;
  task: Task;
  ptrace: Ptrace;
  addr: number;
  data: number;
  /** `data` as the bytes of a long: exact. */
  word: Uint8Array;
}

type Request = (call: PtraceCall) => number;

/** What each request does. 0, a size, or -errno. Linux: kernel/ptrace.c ptrace_request(). */
const REQUESTS: { readonly [request: number]: Request } = {
  [P.PTRACE_PEEKTEXT]: peekData,
  [P.PTRACE_PEEKDATA]: peekData,
  [P.PTRACE_POKETEXT]: pokeData,
  [P.PTRACE_POKEDATA]: pokeData,
  [P.PTRACE_PEEKUSR]: peekUser,
  [P.PTRACE_POKEUSR]: ({ k, tracer, task, addr, word }) => archOf(callIsa(tracer)).ptrace.pokeUser(k, task, addr, word),
  [P.PTRACE_CONT]: (call) => resume(call, 'cont'),
  [P.PTRACE_SYSCALL]: (call) => resume(call, 'syscall'),
  [P.PTRACE_SINGLESTEP]: (call) => resume(call, 'step'),
  [P.PTRACE_KILL]: kill,
  [P.PTRACE_DETACH]: ({ k, task, data }) => ptraceDetach(k, task, data),
  [P.PTRACE_SETOPTIONS]: ({ ptrace, data }) => setOptions(ptrace, data),
  [P.PTRACE_OLDSETOPTIONS]: ({ ptrace, data }) => setOptions(ptrace, data),
  [P.PTRACE_GETEVENTMSG]: ({ k, tracer, ptrace, data }) => putLong(k, tracer, data, ptrace.message),
  [P.PTRACE_GETSIGINFO]: getSiginfo,
  [P.PTRACE_SETSIGINFO]: setSiginfo,
  [P.PTRACE_PEEKSIGINFO]: peekSiginfo,
  [P.PTRACE_GETSIGMASK]: getSigmask,
  [P.PTRACE_SETSIGMASK]: setSigmask,
  [P.PTRACE_GETREGSET]: (call) => regset(call, true),
  [P.PTRACE_SETREGSET]: (call) => regset(call, false),
  [P.PTRACE_GET_SYSCALL_INFO]: getSyscallInfo,
  [P.PTRACE_INTERRUPT]: ({ k, task }) => ptraceInterrupt(k, task),
  [P.PTRACE_LISTEN]: ({ k, task }) => ptraceListen(k, task),
};

/** Linux: arch_ptrace(), then ptrace_request(): the ISA's own requests come first. */
export function ptraceRequest(call: PtraceCall, request: number): number {
  const { k, tracer, task, addr, data } = call;
  const arch = archOf(callIsa(tracer));
  const own = arch.ptrace.request(k, tracer, task, request, addr, data);
  if (own !== null) return own;
  if (request === P.PTRACE_SYSEMU && arch.ptrace.canEmulate) return resume(call, 'sysemu');
  return REQUESTS[request]?.(call) ?? -EIO;
}

function wordBytesOf(tracer: Task): 4 | 8 {
  return archOf(callIsa(tracer)).wordBytes;
}

function putLong(k: Kernel, tracer: Task, at: number, value: number): number {
  const bytes = new Uint8Array(wordBytesOf(tracer));
  if (bytes.length === 8) writeU64(bytes, 0, value);
  else writeU32(bytes, 0, value);
  copyToUser(k, mmOf(tracer), at, bytes);
  return 0;
}

/** Linux: generic_ptrace_peekdata(). */
function peekData({ k, tracer, task, addr, data }: PtraceCall): number {
  const word = peekMemory(k, mmOf(task), addr, wordBytesOf(tracer));
  if (word.length < wordBytesOf(tracer)) return -EIO;
  copyToUser(k, mmOf(tracer), data, word);
  return 0;
}

function pokeData({ k, task, addr, word }: PtraceCall): number {
  return pokeMemory(k, mmOf(task), addr, word) === word.length ? 0 : -EIO;
}

function peekUser({ k, tracer, task, addr, data }: PtraceCall): number {
  const word = archOf(callIsa(tracer)).ptrace.peekUser(k, task, addr);
  if (typeof word === 'number') return word;
  copyToUser(k, mmOf(tracer), data, word);
  return 0;
}

function resume({ k, task, ptrace, data }: PtraceCall, how: PtraceResume): number {
  if (data !== 0 && !validSignal(data)) return -EIO;
  ptrace.resume = how;
  ptraceResume(k, task, ptrace, data);
  return 0;
}

function kill({ k, tracer, task }: PtraceCall): number {
  if (task.state === 'zombie') return 0;
  sendSignal(k, task, {
    signo: SIGKILL,
    errno: 0,
    code: SI_USER,
    pid: pidVnr(task, tracer.tgid),
    uid: tracer.cred.uid,
  });
  return 0;
}

/** There are no seccomp filters here, so none can be traced or suspended. */
export function optionsRefused(options: number): boolean {
  const known = P.PTRACE_O_MASK & ~(P.PTRACE_O_TRACESECCOMP | P.PTRACE_O_SUSPEND_SECCOMP);
  return options > 0xffff_ffff || (options & ~known) !== 0;
}

function setOptions(ptrace: Ptrace, options: number): number {
  if (optionsRefused(options)) return -EINVAL;
  ptrace.options = options;
  return 0;
}

function getSiginfo({ k, tracer, ptrace, data }: PtraceCall): number {
  const info = ptrace.stop?.info;
  if (!info) return -EINVAL;
  copyToUser(k, mmOf(tracer), data, encodeSiginfo(callIsa(tracer), info));
  return 0;
}

function setSiginfo({ k, tracer, ptrace, data }: PtraceCall): number {
  const bytes = copyFromUser(k, mmOf(tracer), data, SIGINFO_BYTES);
  if (!ptrace.stop?.info) return -EINVAL;
  ptrace.stop.info = decodeSiginfo(callIsa(tracer), bytes);
  return 0;
}

/** struct ptrace_peeksiginfo_args: off u64, flags u32, nr s32. */
function peekSiginfo({ k, tracer, task, addr, data }: PtraceCall): number {
  const args = copyFromUser(k, mmOf(tracer), addr, 16);
  const [offset, flags, nr] = [readU64(args, 0), readU32(args, 8), readU32(args, 12) | 0];
  if (flags & ~P.PTRACE_PEEKSIGINFO_SHARED || nr < 0) return -EINVAL;
  const { queue } = flags & P.PTRACE_PEEKSIGINFO_SHARED ? task.signal.sharedPending : task.pending;
  const infos = queue.slice(offset, offset + nr);
  for (const [i, info] of infos.entries()) {
    copyToUser(k, mmOf(tracer), data + i * SIGINFO_BYTES, encodeSiginfo(callIsa(tracer), info));
  }
  return infos.length;
}

const SIGSET_BYTES = 8;

function getSigmask({ k, tracer, task, addr, data }: PtraceCall): number {
  if (addr !== SIGSET_BYTES) return -EINVAL;
  const { lo, hi } = task.savedSigmask ?? task.blocked;
  const bytes = new Uint8Array(SIGSET_BYTES);
  writeU32(bytes, 0, lo);
  writeU32(bytes, 4, hi);
  copyToUser(k, mmOf(tracer), data, bytes);
  return 0;
}

function setSigmask({ k, tracer, task, addr, data }: PtraceCall): number {
  if (addr !== SIGSET_BYTES) return -EINVAL;
  const bytes = copyFromUser(k, mmOf(tracer), data, SIGSET_BYTES);
  task.blocked = withoutUnblockable({ lo: readU32(bytes, 0), hi: readU32(bytes, 4) });
  task.savedSigmask = null;
  recalcSigpending(task);
  return 0;
}

/** PTRACE_GETREGSET: the registers are those of the tracee's ISA. Linux: ptrace_regset(). */
function regset({ k, tracer, task, addr, data }: PtraceCall, out: boolean): number {
  const isa = callIsa(tracer);
  const mm = mmOf(tracer);
  const { iov_base: base, iov_len: wanted } = iovec.decode(isa, copyFromUser(k, mm, data, iovec.size(isa)));
  const set = archOf(task.isa).ptrace.regsets[addr];
  if (set === undefined) return -EINVAL;
  if (typeof set === 'number') return set;
  if (wanted % set.unitBytes !== 0) return -EINVAL;
  const lenBytes = Math.min(wanted, set.lenBytes);
  const bytes = set.get(k, task);
  if (out) copyToUser(k, mm, base, bytes.subarray(0, lenBytes));
  else {
    bytes.set(copyFromUser(k, mm, base, lenBytes));
    const result = set.set(k, task, bytes);
    if (result !== 0) return result;
  }
  copyToUser(k, mm, data, iovec.encode(isa, { iov_base: base, iov_len: lenBytes }));
  return 0;
}

/** The size of what there is; `addr` bytes of it at most are written. Linux: ptrace_get_syscall_info(). */
function getSyscallInfo({ k, tracer, task, ptrace, addr, data }: PtraceCall): number {
  const bytes = syscallInfo(k, task, ptrace);
  copyToUser(k, mmOf(tracer), data, bytes.subarray(0, Math.min(addr, bytes.length)));
  return bytes.length;
}

/** The task with this pid, stopped for `tracer` unless `running` will do; -ESRCH. Linux: ptrace_check_attach(). */
export function checkAttach(tracer: Task, task: Task, running: boolean): number {
  const { ptrace } = task;
  if (ptrace?.tracer !== tracer.pid) return -ESRCH;
  if (running) return 0;
  return task.state === 'traced' && !ptrace.listening ? 0 : -ESRCH;
}

/** The bytes of the `data` argument of ptrace(2), a long of the caller's. Throws EFAULT for a caller without one. */
export function dataWord(k: Kernel, tracer: Task): Uint8Array {
  const arch = archOf(tracer.isa);
  const own = callIsa(tracer) === tracer.isa;
  const index = (own ? arch.ptRegs.args : arch.compat?.args)?.[3];
  if (index === undefined) throw new SyscallError(EFAULT);
  const word = new Uint8Array(wordBytesOf(tracer));
  writeU32(word, 0, getRegLow(k, tracer, index));
  if (word.length === 8) writeU32(word, 4, getRegHigh(k, tracer, index));
  return word;
}
