import { EINVAL, EIO, ENODEV, ENOSPC, ENXIO } from '../abi/errno.ts';
import { ARCH_GET_FS, ARCH_GET_GS, ARCH_SET_FS, ARCH_SET_GS } from '../abi/prctl.ts';
import {
  PTRACE_GETFPREGS,
  PTRACE_GETFPXREGS,
  PTRACE_GETREGS,
  PTRACE_SETFPREGS,
  PTRACE_SETFPXREGS,
  PTRACE_SETREGS,
} from '../abi/ptrace.ts';
import { readU32, writeU32 } from '../bytes.ts';
import { mmOf } from '../fs/uargs.ts';
import { copyFromUser, copyToUser } from '../mm/uaccess.ts';
import { THREAD_X86 } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { fsaveFromFxsave, mergeFsave } from './i386/fsave.ts';
import { getThreadAreaBytes } from './i386/tls.ts';
import { archOf } from './index.ts';
import type { PtraceArch, Regset } from './ptrace.ts';
import { changeThread, saveThreadOf } from './thread.ts';
import {
  getUserReg,
  getUserRegs,
  setUserReg,
  setUserRegs,
  USER_REGS_32,
  USER_REGS_64,
  wordPair,
} from './x86-user-regs.ts';

/** Debugging on x86. Linux: arch/x86/kernel/ptrace.c, arch/x86/kernel/fpu/regset.c. */

const NT_PRSTATUS = 1;
const NT_PRFPREG = 2;
const NT_PRXFPREG = 0x46e6_2b7f;
const NT_386_TLS = 0x200;
const NT_386_IOPERM = 0x201;
const NT_X86_XSTATE = 0x202;
const PTRACE_GET_THREAD_AREA = 25;
const PTRACE_ARCH_PRCTL = 30;

const FXSAVE_BYTES = 512;
/** struct user_i387_ia32_struct: FSAVE without the status and magic behind it. */
const FSAVE_USER_BYTES = 108;
const MXCSR_OFFSET = 24;
const MXCSR_MASK = 0xffff;
const USER_DESC_BYTES = 16;
const TLS_MIN = 12;
const TLS_ENTRIES = 3;
/** DR6 as it is while no debug exception has been. */
const DR6_RESERVED = 0xffff_0ff0;

function generalRegs(names: readonly string[], wordBytes: 4 | 8): Regset {
  return {
    lenBytes: names.length * wordBytes,
    unitBytes: wordBytes,
    get: (k, task) => getUserRegs(k, task, names, wordBytes),
    set: (k, task, bytes) => setUserRegs(k, task, names, wordBytes, bytes),
  };
}

function fxsaveOf(k: Kernel, task: Task): Uint8Array {
  saveThreadOf(k, task);
  return task.thread.slice(THREAD_X86.fxsave, THREAD_X86.fxsave + FXSAVE_BYTES);
}

function setFxsave(k: Kernel, task: Task, fx: Uint8Array): number {
  if (readU32(fx, MXCSR_OFFSET) & ~MXCSR_MASK) return -EINVAL;
  changeThread(k, task, (thread) => thread.set(fx.subarray(0, FXSAVE_BYTES), THREAD_X86.fxsave));
  return 0;
}

const fxRegs: Regset = { lenBytes: FXSAVE_BYTES, unitBytes: 4, get: fxsaveOf, set: setFxsave };

const fpRegs32: Regset = {
  lenBytes: FSAVE_USER_BYTES,
  unitBytes: 4,
  get(k, task) {
    const [cs] = getUserReg(k, task, 'cs');
    const [ds] = getUserReg(k, task, 'ds');
    return fsaveFromFxsave(fxsaveOf(k, task), cs, ds).slice(0, FSAVE_USER_BYTES);
  },
  set(k, task, bytes) {
    const fx = fxsaveOf(k, task);
    mergeFsave(fx, bytes);
    return setFxsave(k, task, fx);
  },
};

/** The three TLS entries, as struct user_desc each. */
const tlsRegs: Regset = {
  lenBytes: TLS_ENTRIES * USER_DESC_BYTES,
  unitBytes: USER_DESC_BYTES,
  get(k, task) {
    saveThreadOf(k, task);
    const out = new Uint8Array(TLS_ENTRIES * USER_DESC_BYTES);
    for (let i = 0; i < TLS_ENTRIES; i++) {
      out.set(getThreadAreaBytes(task.thread, TLS_MIN + i) ?? [], i * USER_DESC_BYTES);
    }
    return out;
  },
  set: () => -EIO,
};

interface X86View {
  readonly names: readonly string[];
  readonly wordBytes: 4 | 8;
  readonly auditArch: number;
  readonly fp: Regset;
  /** sizeof(struct user) and where its debug registers stand. */
  readonly userBytes: number;
  readonly debugRegs: number;
  readonly regsets: PtraceArch['regsets'];
}

function isX86(task: Task): boolean {
  return archOf(task.isa).threadLenBytes === THREAD_X86.lenBytes;
}

function ptraceX86(view: X86View): PtraceArch {
  const { names, wordBytes } = view;
  const general = generalRegs(names, wordBytes);
  const misplaced = (task: Task, offset: number): boolean =>
    !isX86(task) || offset % wordBytes !== 0 || offset < 0 || offset >= view.userBytes;
  return {
    auditArch: view.auditArch,
    canEmulate: true,
    regsets: { [NT_PRSTATUS]: general, [NT_PRFPREG]: view.fp, ...view.regsets },
    peekUser(k, task, offset) {
      if (misplaced(task, offset)) return -EIO;
      const word = new Uint8Array(wordBytes);
      const name = names[offset / wordBytes];
      if (name !== undefined) return getUserRegs(k, task, [name], wordBytes);
      if (offset === view.debugRegs + 6 * wordBytes) writeU32(word, 0, DR6_RESERVED);
      return word;
    },
    pokeUser(k, task, offset, word) {
      if (misplaced(task, offset)) return -EIO;
      const name = names[offset / wordBytes];
      if (name !== undefined) return setUserReg(k, task, name, wordPair(word, 0, wordBytes, name));
      if (offset < view.debugRegs) return -EIO;
      // There is no hardware breakpoint left to be had.
      return offset === view.debugRegs + 6 * wordBytes || word.every((byte) => byte === 0) ? 0 : -ENOSPC;
    },
    request(k, tracer, task, request, addr, data) {
      if (!isX86(task)) return null;
      const sets: { readonly [request: number]: readonly [Regset, 'get' | 'set'] } = {
        [PTRACE_GETREGS]: [general, 'get'],
        [PTRACE_SETREGS]: [general, 'set'],
        [PTRACE_GETFPREGS]: [view.fp, 'get'],
        [PTRACE_SETFPREGS]: [view.fp, 'set'],
        ...(wordBytes === 4 ? { [PTRACE_GETFPXREGS]: [fxRegs, 'get'], [PTRACE_SETFPXREGS]: [fxRegs, 'set'] } : {}),
      };
      const [regset, way] = sets[request] ?? [];
      if (regset) return copyRegset(k, tracer, task, regset, way === 'get', data);
      if (request === PTRACE_GET_THREAD_AREA) return getThreadArea(k, tracer, task, addr, data);
      if (request === PTRACE_ARCH_PRCTL && wordBytes === 8) return archPrctl(k, tracer, task, data, addr);
      return null;
    },
  };
}

/** All of a regset, to or from the tracer's memory. Linux: copy_regset_to_user(), copy_regset_from_user(). */
export function copyRegset(k: Kernel, tracer: Task, task: Task, regset: Regset, out: boolean, data: number): number {
  const mm = mmOf(tracer);
  if (!out) return regset.set(k, task, copyFromUser(k, mm, data, regset.lenBytes));
  copyToUser(k, mm, data, regset.get(k, task));
  return 0;
}

function getThreadArea(k: Kernel, tracer: Task, task: Task, entry: number, data: number): number {
  if (entry >= 0x8000_0000) return -EIO;
  saveThreadOf(k, task);
  const info = getThreadAreaBytes(task.thread, entry);
  if (!info) return -EINVAL;
  copyToUser(k, mmOf(tracer), data, info);
  return 0;
}

/** Linux: arch/x86/kernel/process_64.c do_arch_prctl_64() on another task. */
function archPrctl(k: Kernel, tracer: Task, task: Task, op: number, addr: number): number {
  const name = op === ARCH_SET_GS || op === ARCH_GET_GS ? 'gs_base' : 'fs_base';
  if (op === ARCH_GET_FS || op === ARCH_GET_GS) {
    copyToUser(k, mmOf(tracer), addr, getUserRegs(k, task, [name], 8));
    return 0;
  }
  if (op !== ARCH_SET_FS && op !== ARCH_SET_GS) return -EINVAL;
  return setUserReg(k, task, name, [addr >>> 0, Math.floor(addr / 0x1_0000_0000)]);
}

/** AUDIT_ARCH_*: ELF machine, __AUDIT_ARCH_LE and __AUDIT_ARCH_64BIT. Linux: uapi/linux/audit.h. */
const AUDIT_ARCH_X86_64 = 0xc000_003e;
const AUDIT_ARCH_I386 = 0x4000_0003;

export const ptraceX86_64 = ptraceX86({
  names: USER_REGS_64,
  wordBytes: 8,
  auditArch: AUDIT_ARCH_X86_64,
  fp: { ...fxRegs, unitBytes: 8 },
  userBytes: 912,
  debugRegs: 848,
  regsets: { [NT_386_IOPERM]: -ENXIO, [NT_X86_XSTATE]: -ENODEV },
});

export const ptraceI386 = ptraceX86({
  names: USER_REGS_32,
  wordBytes: 4,
  auditArch: AUDIT_ARCH_I386,
  fp: fpRegs32,
  userBytes: 284,
  debugRegs: 252,
  regsets: {
    [NT_PRXFPREG]: fxRegs,
    [NT_386_TLS]: tlsRegs,
    [NT_386_IOPERM]: -ENXIO,
    [NT_X86_XSTATE]: -ENODEV,
  },
});
