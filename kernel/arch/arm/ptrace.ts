import { EINVAL, EIO } from '../../abi/errno.ts';
import { PTRACE_GETFPREGS, PTRACE_GETREGS, PTRACE_SETREGS } from '../../abi/ptrace.ts';
import { readU32, writeU32 } from '../../bytes.ts';
import { mmOf } from '../../fs/uargs.ts';
import { copyFromUser, copyToUser, putUserU32 } from '../../mm/uaccess.ts';
import { THREAD_ARM } from '../../ports.ts';
import { getRegLow, setReg } from '../../ptregs.ts';
import type { Kernel } from '../../state.ts';
import type { Task } from '../../task.ts';
import { archOf } from '../index.ts';
import type { PtraceArch, Regset } from '../ptrace.ts';
import { changeThread, saveThreadOf } from '../thread.ts';

/** Debugging on ARM. Linux: arch/arm/kernel/ptrace.c. */

const NT_PRSTATUS = 1;
const NT_PRFPREG = 2;
const NT_ARM_VFP = 0x400;
const PTRACE_GET_THREAD_AREA = 22;
const PTRACE_SET_SYSCALL = 23;
const PTRACE_GETVFPREGS = 27;
const PTRACE_SETVFPREGS = 28;
/** Of programs in FDPIC (addr 0) and their interpreters (1). */
const PTRACE_GETFDPIC = 31;

const NR_REGS = 18;
const CPSR = 16;
const PC = 15;
/** sizeof(struct user_fp): the registers of the old FPA, which this CPU does not have. */
const USER_FP_BYTES = 116;
/** struct user_vfp: d0-d31 and FPSCR. */
const VFP_BYTES = 32 * 8 + 4;
/** sizeof(struct user). */
const USER_BYTES = 296;
/** Offsets behind it: where the program's parts lie. */
const PT_TEXT_ADDR = 0x1_0000;
const PT_DATA_ADDR = 0x1_0004;
const PT_TEXT_END_ADDR = 0x1_0008;

const USR_MODE = 0x10;
/** PSR_f, PSR_s, PSR_x, the T bit and mode: what user space may have. Linux: valid_user_regs(). */
const PSR_USER = 0xff00_0000 | 0x00ff_0000 | 0x0000_ff00 | 0x20 | 0x10;
const PSR_I = 0x80;
const PSR_F = 0x40;
const PSR_MODE = 0x1f;

const general: Regset = {
  lenBytes: NR_REGS * 4,
  unitBytes: 4,
  get(k, task) {
    const out = new Uint8Array(NR_REGS * 4);
    for (let i = 0; i < NR_REGS; i++) writeU32(out, i * 4, getRegLow(k, task, i));
    return out;
  },
  set(k, task, bytes) {
    const cpsr = readU32(bytes, CPSR * 4) & ~PSR_F;
    if (cpsr & PSR_I || (cpsr & PSR_MODE) !== USR_MODE) return -EINVAL;
    for (let i = 0; i < NR_REGS; i++) setArmReg(k, task, i, i === CPSR ? cpsr >>> 0 : readU32(bytes, i * 4));
    return 0;
  },
};

function setArmReg(k: Kernel, task: Task, index: number, value: number): void {
  // A call that was cut short does not restart behind a new pc.
  if (index === PC && value !== getRegLow(k, task, PC) && !task.inSyscall) task.syscallResult = 0;
  setReg(k, task, index, value);
}

const fpa: Regset = {
  lenBytes: USER_FP_BYTES,
  unitBytes: 4,
  get: () => new Uint8Array(USER_FP_BYTES),
  set: () => -EIO,
};

const vfp: Regset = {
  lenBytes: VFP_BYTES,
  unitBytes: 4,
  get(k, task) {
    saveThreadOf(k, task);
    const out = new Uint8Array(VFP_BYTES);
    out.set(task.thread.subarray(THREAD_ARM.vfp, THREAD_ARM.vfp + 256));
    out.set(task.thread.subarray(THREAD_ARM.fpscr, THREAD_ARM.fpscr + 4), 256);
    return out;
  },
  set(k, task, bytes) {
    changeThread(k, task, (thread) => {
      thread.set(bytes.subarray(0, 256), THREAD_ARM.vfp);
      thread.set(bytes.subarray(256, 260), THREAD_ARM.fpscr);
    });
    return 0;
  },
};

function copyAll(k: Kernel, tracer: Task, task: Task, regset: Regset, out: boolean, data: number): number {
  if (!out) return regset.set(k, task, copyFromUser(k, mmOf(tracer), data, regset.lenBytes));
  copyToUser(k, mmOf(tracer), data, regset.get(k, task));
  return 0;
}

function isArm(task: Task): boolean {
  return archOf(task.isa).threadLenBytes === THREAD_ARM.lenBytes;
}

/** AUDIT_ARCH_ARM: EM_ARM, little-endian. */
const AUDIT_ARCH_ARM = 0x4000_0028;

export const ptraceArm: PtraceArch = {
  auditArch: AUDIT_ARCH_ARM,
  canEmulate: false,
  regsets: { [NT_PRSTATUS]: general, [NT_PRFPREG]: fpa, [NT_ARM_VFP]: vfp },
  peekUser(k, task, offset) {
    const word = new Uint8Array(4);
    const places = { [PT_TEXT_ADDR]: 'startCode', [PT_DATA_ADDR]: 'startData', [PT_TEXT_END_ADDR]: 'endCode' } as const;
    const place = (places as { [offset: number]: 'startCode' | 'startData' | 'endCode' })[offset];
    if (!isArm(task)) return -EIO;
    if (place !== undefined) writeU32(word, 0, task.mm?.[place] ?? 0);
    else if (offset % 4 !== 0 || offset < 0 || offset >= USER_BYTES) return -EIO;
    else if (offset < NR_REGS * 4) writeU32(word, 0, getRegLow(k, task, offset / 4));
    return word;
  },
  pokeUser(k, task, offset, word) {
    if (!isArm(task) || offset % 4 !== 0 || offset < 0 || offset >= USER_BYTES) return -EIO;
    const index = offset / 4;
    if (index >= NR_REGS) return 0;
    const value = readU32(word, 0);
    setArmReg(k, task, index, index === CPSR ? ((value & PSR_USER & ~PSR_MODE) | USR_MODE) >>> 0 : value);
    return 0;
  },
  request(k, tracer, task, request, addr, data) {
    if (!isArm(task)) return null;
    switch (request) {
      case PTRACE_GETREGS:
      case PTRACE_SETREGS:
        return copyAll(k, tracer, task, general, request === PTRACE_GETREGS, data);
      case PTRACE_GETFPREGS:
        return copyAll(k, tracer, task, fpa, true, data);
      case PTRACE_GETVFPREGS:
      case PTRACE_SETVFPREGS:
        return copyAll(k, tracer, task, vfp, request === PTRACE_GETVFPREGS, data);
      case PTRACE_GET_THREAD_AREA:
        saveThreadOf(k, task);
        putUserU32(k, mmOf(tracer), data, readU32(task.thread, THREAD_ARM.tp));
        return 0;
      case PTRACE_SET_SYSCALL:
        if (task.inSyscall) task.inSyscall.nr = data | 0;
        return 0;
      case PTRACE_GETFDPIC:
        if (!k.state.noMmu) return null;
        putUserU32(k, mmOf(tracer), data, mmOf(task).loadmaps[addr] ?? 0);
        return 0;
      default:
        return null;
    }
  },
};
