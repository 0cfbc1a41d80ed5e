import { SA_RESTORER, SA_SIGINFO } from '../../abi/signal.ts';
import { encodeSiginfo, stackT } from '../../abi/structs.ts';
import { readU32, readU64, writeU32, writeU64 } from '../../bytes.ts';
import { getReg, getRegHigh, getRegLow, setReg, setRegHalves } from '../../ptregs.ts';
import { altstackFields, isInAltstack, restoreAltstack, signalStack } from '../../signal/altstack.ts';
import { setCurrentBlocked } from '../../signal/mask.ts';
import { withoutUnblockable } from '../../signal/sigset.ts';
import type { Kernel } from '../../state.ts';
import type { SigAction, SigInfo, Sigset, Task } from '../../task.ts';
import { readFrame, writeFrame } from '../frame-io.ts';
import { EFLAGS_CLEARED_FOR_HANDLER, restoredEflags } from '../x86-eflags.ts';
import { clearFpu, FXSAVE_BYTES, fxsaveBelow, fxsaveImage, restoreFxsave } from '../x86-sigfpu.ts';

/** Signal frames of x86-64. Linux: arch/x86/kernel/signal.c, include/uapi/asm/sigcontext.h. */

/** Indexes of pt_regs. */
const REG = { ax: 10, dx: 12, si: 13, di: 14, orig: 15, ip: 16, cs: 17, flags: 18, sp: 19, ss: 20 } as const;
/** pt_regs of r8-r15 di si bp bx dx ax cx sp ip flags: the order of struct sigcontext_64. */
const SIGCONTEXT_REGS = [9, 8, 7, 6, 3, 2, 1, 0, 14, 13, 4, 5, 12, 10, 11, 19, 16, 18];

/** struct rt_sigframe: the return address, struct ucontext, siginfo. Offsets in bytes. */
export const RT_SIGFRAME = {
  ucFlags: 8,
  ucStack: 24,
  mcontext: 48,
  segments: 48 + 144,
  err: 48 + 152,
  trapno: 48 + 160,
  oldmask: 48 + 168,
  cr2: 48 + 176,
  fpstate: 48 + 184,
  /** Eight words that the kernel leaves alone. */
  reserved1: 48 + 192,
  sigmask: 48 + 256,
  info: 312,
  lenBytes: 440,
} as const;

const HEAD = new Uint8Array(RT_SIGFRAME.reserved1);
const MASK = new Uint8Array(8);
const FRAME = new Uint8Array(RT_SIGFRAME.lenBytes);
const IMAGE = new Uint8Array(FXSAVE_BYTES);

const UC_SIGCONTEXT_SS = 2;
const UC_STRICT_RESTORE_SS = 4;
const REDZONE_BYTES = 128;
const USER_CS = 0x33;
const USER_DS = 0x2b;
const TRAP_PF = 14;
/** Bits 32-63 of the highest address that user code can be at. */
const USER_IP_HIGH = 0x7fff;

/** Linux: x64_setup_rt_frame(). Without SA_RESTORER there is no way back, and no frame. */
export function setupFrame(k: Kernel, task: Task, info: SigInfo, action: SigAction, oldMask: Sigset): boolean {
  if ((action.flags & SA_RESTORER) === 0) return false;
  const place = getSigframe(task, action, getReg(k, task, REG.sp));
  if (!place || !writeFrame(k, task, place.fpstate, fxsaveImage(k, task))) return false;

  const head = frameHead(k, task, info, action, oldMask, place.fpstate);
  writeU32(MASK, 0, oldMask.lo);
  writeU32(MASK, 4, oldMask.hi);
  const { frame } = place;
  if (!writeFrame(k, task, frame, head) || !writeFrame(k, task, frame + RT_SIGFRAME.sigmask, MASK)) return false;
  const wantsInfo = (action.flags & SA_SIGINFO) !== 0;
  if (wantsInfo && !writeFrame(k, task, frame + RT_SIGFRAME.info, encodeSiginfo('x86_64', info))) return false;

  setReg(k, task, REG.di, info.signo);
  setReg(k, task, REG.ax, 0);
  setReg(k, task, REG.si, frame + RT_SIGFRAME.info);
  setReg(k, task, REG.dx, frame + RT_SIGFRAME.ucFlags);
  setReg(k, task, REG.ip, action.handler);
  setReg(k, task, REG.sp, frame);
  setReg(k, task, REG.flags, (getRegLow(k, task, REG.flags) & ~EFLAGS_CLEARED_FOR_HANDLER) >>> 0);
  clearFpu(k, task);
  return true;
}

/** First the FPU image, then the frame, 8 off a multiple of 16. Linux: get_sigframe(). */
function getSigframe(task: Task, action: SigAction, userSp: number): { frame: number; fpstate: number } | null {
  const { sp, bounded } = signalStack(task, action, userSp, REDZONE_BYTES);
  const fpstate = fxsaveBelow(sp);
  const below = fpstate - RT_SIGFRAME.lenBytes;
  const frame = below - (((below % 16) + 16) % 16) - 8;
  return bounded && !isInAltstack(task, frame) ? null : { frame, fpstate };
}

/** The frame up to and with sigcontext's fpstate. */
function frameHead(
  k: Kernel,
  task: Task,
  info: SigInfo,
  action: SigAction,
  oldMask: Sigset,
  fpstate: number,
): Uint8Array {
  const head = HEAD.fill(0);
  writeU64(head, 0, action.restorer);
  writeU64(head, RT_SIGFRAME.ucFlags, UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS);
  stackT.encodeInto('x86_64', head, RT_SIGFRAME.ucStack, altstackFields(task));
  SIGCONTEXT_REGS.forEach((reg, i) => {
    writeU32(head, RT_SIGFRAME.mcontext + i * 8, getRegLow(k, task, reg));
    writeU32(head, RT_SIGFRAME.mcontext + i * 8 + 4, getRegHigh(k, task, reg));
  });
  writeU32(head, RT_SIGFRAME.segments, getRegLow(k, task, REG.cs) & 0xffff);
  writeU32(head, RT_SIGFRAME.segments + 4, (getRegLow(k, task, REG.ss) & 0xffff) << 16);
  writeU64(head, RT_SIGFRAME.err, info.errorCode ?? 0);
  writeU64(head, RT_SIGFRAME.trapno, info.trapNo ?? 0);
  writeU32(head, RT_SIGFRAME.oldmask, oldMask.lo);
  writeU32(head, RT_SIGFRAME.oldmask + 4, oldMask.hi);
  writeU64(head, RT_SIGFRAME.cr2, info.trapNo === TRAP_PF ? (info.addr ?? 0) : 0);
  writeU64(head, RT_SIGFRAME.fpstate, fpstate);
  return head;
}

/** rt_sigreturn(2); the handler's `ret` has taken the return address off the frame. Linux: sys_rt_sigreturn(). */
export function sigreturn(k: Kernel, task: Task, _rt: boolean): boolean {
  const bytes = FRAME;
  if (!readFrame(k, task, getReg(k, task, REG.sp) - 8, bytes)) return false;
  const mask = { lo: readU32(bytes, RT_SIGFRAME.sigmask), hi: readU32(bytes, RT_SIGFRAME.sigmask + 4) };
  setCurrentBlocked(k, task, withoutUnblockable(mask));
  if (!restoreSigcontext(k, task, bytes)) return false;
  const stack = stackT.decode('x86_64', bytes, RT_SIGFRAME.ucStack);
  restoreAltstack(task, stack, getReg(k, task, REG.sp));
  return true;
}

/** Linux: restore_sigcontext(). The selectors must be those of 64-bit user code. */
function restoreSigcontext(k: Kernel, task: Task, bytes: Uint8Array): boolean {
  const flags = restoredEflags(getRegLow(k, task, REG.flags), readU32(bytes, RT_SIGFRAME.mcontext + 17 * 8));
  SIGCONTEXT_REGS.forEach((reg, i) => {
    const at = RT_SIGFRAME.mcontext + i * 8;
    setRegHalves(k, task, reg, readU32(bytes, at), readU32(bytes, at + 4));
  });
  setReg(k, task, REG.flags, flags);
  setReg(k, task, REG.orig, -1);
  const cs = (readU32(bytes, RT_SIGFRAME.segments) & 0xffff) | 3;
  const ss = (readU32(bytes, RT_SIGFRAME.segments + 4) >>> 16) | 3;
  const strict = (readU32(bytes, RT_SIGFRAME.ucFlags) & UC_STRICT_RESTORE_SS) !== 0;
  if (cs !== USER_CS || (strict && ss !== USER_DS)) return false;
  if (getRegHigh(k, task, REG.ip) > USER_IP_HIGH) return false;

  const fpstate = readU64(bytes, RT_SIGFRAME.fpstate);
  if (fpstate === 0) {
    clearFpu(k, task);
    return true;
  }
  return fpstate % 16 === 0 && readFrame(k, task, fpstate, IMAGE) && restoreFxsave(k, task, IMAGE);
}
