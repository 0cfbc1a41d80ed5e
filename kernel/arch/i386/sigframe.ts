import { SA_RESTORER, SA_SIGINFO } from '../../abi/signal.ts';
import { encodeSiginfo, stackT } from '../../abi/structs.ts';
import { readU32, writeU32 } from '../../bytes.ts';
import { getReg, getRegLow, setReg } from '../../ptregs.ts';
import { altstackFields, isInAltstack, restoreAltstack, signalStack } from '../../signal/altstack.ts';
import { setCurrentBlocked } from '../../signal/mask.ts';
import { withoutUnblockable } from '../../signal/sigset.ts';
import type { Kernel } from '../../state.ts';
import type { SigAction, SigInfo, Sigset, Task } from '../../task.ts';
import { readFrame, writeFrame } from '../frame-io.ts';
import { EFLAGS_CLEARED_FOR_HANDLER } from '../x86-eflags.ts';
import { clearFpu, fxsaveBelow, fxsaveImage } from '../x86-sigfpu.ts';
import { FSAVE_BYTES, fsaveFromFxsave } from './fsave.ts';
import {
  encodeSigcontext,
  REG,
  restoreSigcontext,
  SIGCONTEXT_BYTES,
  SIGCONTEXT_OLDMASK,
  USER_DS,
} from './sigcontext.ts';
import { KERNEL_RT_SIGRETURN, KERNEL_SIGRETURN } from './vdso.ts';

/** Signal frames of i386, as a 64-bit kernel builds them for 32-bit programs. Linux: arch/x86/ia32/ia32_signal.c. */

/** struct sigframe_ia32: without SA_SIGINFO. Offsets in bytes. */
export const SIGFRAME = {
  sig: 4,
  sc: 8,
  /** 624 bytes that are no longer used. */
  fpstateUnused: 8 + SIGCONTEXT_BYTES,
  extramask: 720,
  retcode: 724,
  lenBytes: 732,
} as const;

/** struct rt_sigframe_ia32. */
export const RT_SIGFRAME = {
  sig: 4,
  pinfo: 8,
  puc: 12,
  info: 16,
  uc: 144,
  ucStack: 152,
  mcontext: 164,
  sigmask: 252,
  retcode: 260,
  lenBytes: 268,
} as const;

const HEAD = new Uint8Array(SIGFRAME.fpstateUnused);
const TAIL = new Uint8Array(SIGFRAME.lenBytes - SIGFRAME.extramask);
const OLD_FRAME = new Uint8Array(SIGFRAME.lenBytes);
const RT_FRAME = new Uint8Array(RT_SIGFRAME.lenBytes);

// pop %eax; mov $119,%eax; int $0x80: nobody runs it, debuggers look for it.
const RETCODE = [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80];
// mov $173,%eax; int $0x80; 0
const RT_RETCODE = [0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0];

interface Place {
  frame: number;
  fpstate: number;
}

export function setupFrame(k: Kernel, task: Task, info: SigInfo, action: SigAction, oldMask: Sigset): boolean {
  const rt = (action.flags & SA_SIGINFO) !== 0;
  const place = getSigframe(task, action, getReg(k, task, REG.sp), rt ? RT_SIGFRAME.lenBytes : SIGFRAME.lenBytes);
  if (!place || !writeFpstate(k, task, place.fpstate)) return false;
  const written = rt
    ? writeRtFrame(k, task, place, info, action, oldMask)
    : writeOldFrame(k, task, place, info, action, oldMask);
  if (!written) return false;

  setReg(k, task, REG.sp, place.frame);
  setReg(k, task, REG.ip, action.handler);
  // For handlers compiled with -mregparm=3.
  setReg(k, task, REG.ax, info.signo);
  setReg(k, task, REG.dx, rt ? place.frame + RT_SIGFRAME.info : 0);
  setReg(k, task, REG.cx, rt ? place.frame + RT_SIGFRAME.uc : 0);
  setReg(k, task, REG.ds, USER_DS);
  setReg(k, task, REG.es, USER_DS);
  setReg(k, task, REG.ss, USER_DS);
  setReg(k, task, REG.flags, (getRegLow(k, task, REG.flags) & ~EFLAGS_CLEARED_FOR_HANDLER) >>> 0);
  clearFpu(k, task);
  return true;
}

/** FXSAVE image, FSAVE image, then the frame with sp + 4 a multiple of 16. Linux: get_sigframe(), fpu__alloc_mathframe(). */
function getSigframe(task: Task, action: SigAction, userSp: number, lenBytes: number): Place | null {
  const { sp, bounded } = signalStack(task, action, userSp, 0);
  const fpstate = fxsaveBelow(sp) - FSAVE_BYTES;
  const below = fpstate - lenBytes + 4;
  const frame = below - (((below % 16) + 16) % 16) - 4;
  return bounded && !isInAltstack(task, frame) ? null : { frame, fpstate };
}

function writeFpstate(k: Kernel, task: Task, fpstate: number): boolean {
  const fx = fxsaveImage(k, task);
  const fsave = fsaveFromFxsave(fx, getRegLow(k, task, REG.cs), getRegLow(k, task, REG.ds));
  return writeFrame(k, task, fpstate, fsave) && writeFrame(k, task, fpstate + FSAVE_BYTES, fx);
}

/** Linux: ia32_setup_frame(). */
function writeOldFrame(
  k: Kernel,
  task: Task,
  { frame, fpstate }: Place,
  info: SigInfo,
  action: SigAction,
  oldMask: Sigset,
): boolean {
  const head = HEAD.fill(0);
  writeU32(head, 0, action.flags & SA_RESTORER ? action.restorer : KERNEL_SIGRETURN);
  writeU32(head, SIGFRAME.sig, info.signo);
  head.set(encodeSigcontext(k, task, info, oldMask, fpstate), SIGFRAME.sc);
  const tail = TAIL.fill(0);
  writeU32(tail, 0, oldMask.hi);
  tail.set(RETCODE, SIGFRAME.retcode - SIGFRAME.extramask);
  return writeFrame(k, task, frame, head) && writeFrame(k, task, frame + SIGFRAME.extramask, tail);
}

/** Linux: ia32_setup_rt_frame(). */
function writeRtFrame(
  k: Kernel,
  task: Task,
  { frame, fpstate }: Place,
  info: SigInfo,
  action: SigAction,
  oldMask: Sigset,
): boolean {
  const bytes = RT_FRAME.fill(0);
  writeU32(bytes, 0, action.flags & SA_RESTORER ? action.restorer : KERNEL_RT_SIGRETURN);
  writeU32(bytes, RT_SIGFRAME.sig, info.signo);
  writeU32(bytes, RT_SIGFRAME.pinfo, frame + RT_SIGFRAME.info);
  writeU32(bytes, RT_SIGFRAME.puc, frame + RT_SIGFRAME.uc);
  bytes.set(encodeSiginfo('i386', info), RT_SIGFRAME.info);
  stackT.encodeInto('i386', bytes, RT_SIGFRAME.ucStack, altstackFields(task));
  bytes.set(encodeSigcontext(k, task, info, oldMask, fpstate), RT_SIGFRAME.mcontext);
  writeU32(bytes, RT_SIGFRAME.sigmask, oldMask.lo);
  writeU32(bytes, RT_SIGFRAME.sigmask + 4, oldMask.hi);
  bytes.set(RT_RETCODE, RT_SIGFRAME.retcode);
  return writeFrame(k, task, frame, bytes);
}

/** sigreturn(2), whose return address and number are off the stack, and rt_sigreturn(2), whose return address is. */
export function sigreturn(k: Kernel, task: Task, rt: boolean): boolean {
  const sp = getReg(k, task, REG.sp);
  return rt ? rtSigreturn(k, task, sp - 4) : oldSigreturn(k, task, sp - 8);
}

/** Linux: sys32_sigreturn(). */
function oldSigreturn(k: Kernel, task: Task, frame: number): boolean {
  const bytes = OLD_FRAME;
  if (!readFrame(k, task, frame, bytes)) return false;
  const oldmask = SIGFRAME.sc + SIGCONTEXT_OLDMASK;
  const mask = { lo: readU32(bytes, oldmask), hi: readU32(bytes, SIGFRAME.extramask) };
  setCurrentBlocked(k, task, withoutUnblockable(mask));
  return restoreSigcontext(k, task, bytes.subarray(SIGFRAME.sc));
}

/** Linux: sys32_rt_sigreturn(). */
function rtSigreturn(k: Kernel, task: Task, frame: number): boolean {
  const bytes = RT_FRAME;
  if (!readFrame(k, task, frame, bytes)) return false;
  const mask = { lo: readU32(bytes, RT_SIGFRAME.sigmask), hi: readU32(bytes, RT_SIGFRAME.sigmask + 4) };
  setCurrentBlocked(k, task, withoutUnblockable(mask));
  if (!restoreSigcontext(k, task, bytes.subarray(RT_SIGFRAME.mcontext))) return false;
  restoreAltstack(task, stackT.decode('i386', bytes, RT_SIGFRAME.ucStack), getReg(k, task, REG.sp));
  return true;
}
