import { FDPIC_FUNCPTRS } from '../../abi/personality.ts';
import { SA_RESTORER, SA_SIGINFO } from '../../abi/signal.ts';
import { encodeSiginfo, stackT } from '../../abi/structs.ts';
import { readU32, writeU32 } from '../../bytes.ts';
import { THREAD_ARM } from '../../ports.ts';
import { getReg, getRegLow, setReg } from '../../ptregs.ts';
import { altstackFields, restoreAltstack, signalStack } from '../../signal/altstack.ts';
import { setCurrentBlocked } from '../../signal/mask.ts';
import { withoutUnblockable } from '../../signal/sigset.ts';
import type { Kernel } from '../../state.ts';
import type { SigAction, SigInfo, Sigset, Task } from '../../task.ts';
import { readFrame, writeFrame } from '../frame-io.ts';
import { changeThread, saveThreadOf } from '../thread.ts';
import { fdpicReturnCode, SIGRETURN_CODES, sigreturnAddress, sigreturnIndex } from './sigpage.ts';

/** Signal frames of ARM EABI. Linux: arch/arm/kernel/signal.c, include/uapi/asm/{sigcontext,ucontext}.h, asm/ucontext.h. */

/** struct sigframe: struct ucontext, then code to return through. rt_sigframe has siginfo in front. Offsets in bytes. */
export const SIGFRAME = {
  ucFlags: 0,
  ucStack: 8,
  mcontext: 20,
  sigmask: 104,
  regspace: 232,
  retcode: 744,
  lenBytes: 760,
} as const;
export const RT_SIGFRAME = { info: 0, sig: 128, lenBytes: 888 } as const;

/** struct sigcontext. */
const SC = { trapNo: 0, errorCode: 4, oldmask: 8, regs: 12, faultAddress: 80 } as const;
/** r0-r10 fp ip sp lr pc cpsr: pt_regs without ORIG_r0, in its order. */
const NR_REGS = 17;

const R9 = 9;
const SP = 13;
const LR = 14;
const PC = 15;
const CPSR = 16;
const ORIG_R0 = 17;

const UC_FLAGS_OLD_FRAME = 0x5ac3_c35a;

/** struct vfp_sigframe in uc_regspace: magic, size, d0-d31, fpscr, and the exception registers. */
const VFP = { lenBytes: 288, magicValue: 0x5646_5001, size: 4, d0: 8, fpscr: 264, fpexc: 268 } as const;
const VFP_D_BYTES = 256;
const FPEXC_EN = 0x4000_0000;
/** FPSCR's vector length and stride, which a handler starts without. */
const FPSCR_LENGTH_STRIDE = 0x37_0000;

/** Bits of cpsr. */
const PSR_T = 0x20;
const PSR_F = 0x40;
const PSR_I = 0x80;
const PSR_A = 0x100;
const PSR_E = 0x200;
const PSR_J = 0x0100_0000;
const PSR_FLAGS_FIELD = 0xff00_0000;
const PSR_STATUS_AND_EXTENSION = 0x00ff_ff00;
const PSR_IT_MASK = 0x0600_fc00;
const MODE_MASK = 0x1f;
const USR_MODE = 0x10;

export function setupFrame(k: Kernel, task: Task, info: SigInfo, action: SigAction, oldMask: Sigset): boolean {
  const rt = (action.flags & SA_SIGINFO) !== 0;
  const handler = handlerOf(k, task, action);
  if (!handler) return false;
  const thumb = handler.pc % 2 === 1;
  const userSp = getReg(k, task, SP);
  const { sp } = signalStack(task, action, userSp, 0);
  const below = sp - (rt ? RT_SIGFRAME.lenBytes : SIGFRAME.lenBytes);
  const frame = below - (((below % 8) + 8) % 8);

  const sigframe = frame + (rt ? RT_SIGFRAME.sig : 0);
  if (!writeUcontext(k, task, sigframe, info, oldMask, rt)) return false;
  const retcode = retcodeWords(action, thumb, rt, handler.isFdpic);
  const retcodeAt = sigframe + SIGFRAME.retcode;
  if (!writeFrame(k, task, retcodeAt, retcode)) return false;
  if (rt && !writeFrame(k, task, frame, encodeSiginfo('arm', info))) return false;

  const cpsr = getRegLow(k, task, CPSR) & ~(PSR_FLAGS_FIELD | PSR_E | PSR_IT_MASK | PSR_T | MODE_MASK);
  setReg(k, task, CPSR, (cpsr | USR_MODE | (thumb ? PSR_T : 0)) >>> 0);
  setReg(k, task, 0, info.signo);
  if (rt) {
    setReg(k, task, 1, frame + RT_SIGFRAME.info);
    setReg(k, task, 2, sigframe);
  }
  setReg(k, task, SP, frame);
  // Without an MMU there is no sigpage.
  const ownCode = k.state.noMmu || handler.isFdpic ? retcodeAt + (thumb ? 1 : 0) : sigreturnAddress(thumb, rt);
  setReg(k, task, LR, action.flags & SA_RESTORER && !handler.isFdpic ? action.restorer : ownCode);
  setReg(k, task, PC, handler.pc - (thumb ? 1 : 0));
  if (handler.isFdpic) setReg(k, task, R9, handler.got);
  changeThread(k, task, (thread) => {
    writeU32(thread, THREAD_ARM.fpscr, readU32(thread, THREAD_ARM.fpscr) & ~FPSCR_LENGTH_STRIDE);
  });
  return true;
}

/** Linux: setup_sigframe(). */
function writeUcontext(k: Kernel, task: Task, at: number, info: SigInfo, oldMask: Sigset, rt: boolean): boolean {
  const flags = new Uint8Array(4);
  if (!rt) writeU32(flags, 0, UC_FLAGS_OLD_FRAME);
  const context = new Uint8Array(SIGFRAME.sigmask + 8 - SIGFRAME.mcontext);
  writeU32(context, SC.trapNo, info.trapNo ?? 0);
  writeU32(context, SC.errorCode, info.errorCode ?? 0);
  writeU32(context, SC.oldmask, oldMask.lo);
  for (let i = 0; i < NR_REGS; i++) writeU32(context, SC.regs + i * 4, getRegLow(k, task, i));
  writeU32(context, SC.faultAddress, info.trapNo === undefined ? 0 : (info.addr ?? 0));
  writeU32(context, SIGFRAME.sigmask - SIGFRAME.mcontext, oldMask.lo);
  writeU32(context, SIGFRAME.sigmask - SIGFRAME.mcontext + 4, oldMask.hi);

  if (!writeFrame(k, task, at, flags)) return false;
  if (rt) {
    const linkAndStack = new Uint8Array(SIGFRAME.mcontext - 4);
    stackT.encodeInto('arm', linkAndStack, SIGFRAME.ucStack - 4, altstackFields(task));
    if (!writeFrame(k, task, at + 4, linkAndStack)) return false;
  }
  return (
    writeFrame(k, task, at + SIGFRAME.mcontext, context) &&
    writeFrame(k, task, at + SIGFRAME.regspace, vfpFrame(k, task))
  );
}

/** The VFP block and the word that ends the list of blocks. Linux: preserve_vfp_context(). */
function vfpFrame(k: Kernel, task: Task): Uint8Array {
  saveThreadOf(k, task);
  const bytes = new Uint8Array(VFP.lenBytes + 4);
  writeU32(bytes, 0, VFP.magicValue);
  writeU32(bytes, VFP.size, VFP.lenBytes);
  bytes.set(task.thread.subarray(THREAD_ARM.vfp, THREAD_ARM.vfp + VFP_D_BYTES), VFP.d0);
  bytes.set(task.thread.subarray(THREAD_ARM.fpscr, THREAD_ARM.fpscr + 4), VFP.fpscr);
  writeU32(bytes, VFP.fpexc, FPEXC_EN);
  return bytes;
}

/** An FDPIC program's handler is a function descriptor: code and GOT. Null when it cannot be read. Linux: setup_return(). */
function handlerOf(
  k: Kernel,
  task: Task,
  { handler }: SigAction,
): { pc: number; got: number; isFdpic: boolean } | null {
  if ((task.personality & FDPIC_FUNCPTRS) === 0) return { pc: handler, got: 0, isFdpic: false };
  const descriptor = new Uint8Array(8);
  if (!readFrame(k, task, handler, descriptor)) return null;
  return { pc: readU32(descriptor, 0), got: readU32(descriptor, 4), isFdpic: true };
}

/** On the stack as ever, though the code of the sigpage may be used. Linux: setup_return(). */
function retcodeWords({ flags, restorer }: SigAction, thumb: boolean, rt: boolean, isFdpic: boolean): Uint8Array {
  const index = sigreturnIndex(thumb, rt);
  const calls = isFdpic && flags & SA_RESTORER;
  const words = calls ? [...fdpicReturnCode(thumb, rt), restorer] : SIGRETURN_CODES.slice(index, index + 2);
  const bytes = new Uint8Array(calls ? 16 : 8);
  for (const [i, word] of words.entries()) writeU32(bytes, 4 * i, word);
  return bytes;
}

/** sigreturn(2) and rt_sigreturn(2). Linux: sys_sigreturn(), sys_rt_sigreturn(). */
export function sigreturn(k: Kernel, task: Task, rt: boolean): boolean {
  const frame = getReg(k, task, SP);
  if (frame % 8 !== 0) return false;
  const bytes = new Uint8Array(rt ? RT_SIGFRAME.lenBytes : SIGFRAME.lenBytes);
  if (!readFrame(k, task, frame, bytes)) return false;
  const sigframe = bytes.subarray(rt ? RT_SIGFRAME.sig : 0);
  const mask = { lo: readU32(sigframe, SIGFRAME.sigmask), hi: readU32(sigframe, SIGFRAME.sigmask + 4) };
  setCurrentBlocked(k, task, withoutUnblockable(mask));
  if (!restoreRegs(k, task, sigframe) || !restoreVfp(k, task, sigframe)) return false;
  if (rt) restoreAltstack(task, stackT.decode('arm', sigframe, SIGFRAME.ucStack), getReg(k, task, SP));
  return true;
}

function restoreRegs(k: Kernel, task: Task, sigframe: Uint8Array): boolean {
  for (let i = 0; i < NR_REGS; i++) setReg(k, task, i, readU32(sigframe, SIGFRAME.mcontext + SC.regs + i * 4));
  setReg(k, task, ORIG_R0, -1);
  const valid = validUserRegs(k, task);
  // As the exception return does: an ARM instruction is at a multiple of 4, a Thumb one at a multiple of 2.
  const pc = getReg(k, task, PC);
  setReg(k, task, PC, pc - (pc % (getRegLow(k, task, CPSR) & PSR_T ? 2 : 4)));
  return valid;
}

/** Linux: arch/arm/include/asm/ptrace.h valid_user_regs(). Whatever the answer, cpsr is a user's afterwards. */
function validUserRegs(k: Kernel, task: Task): boolean {
  const cpsr = getRegLow(k, task, CPSR) & ~(PSR_F | PSR_A | PSR_J);
  const valid = (cpsr & PSR_I) === 0 && (cpsr & MODE_MASK) === USR_MODE;
  const kept = valid ? cpsr : (cpsr & (PSR_FLAGS_FIELD | PSR_STATUS_AND_EXTENSION | PSR_T)) | USR_MODE;
  setReg(k, task, CPSR, kept >>> 0);
  return valid;
}

/** Linux: restore_vfp_context(). */
function restoreVfp(k: Kernel, task: Task, sigframe: Uint8Array): boolean {
  const vfp = sigframe.subarray(SIGFRAME.regspace, SIGFRAME.regspace + VFP.lenBytes);
  if (readU32(vfp, 0) !== VFP.magicValue || readU32(vfp, VFP.size) !== VFP.lenBytes) return false;
  changeThread(k, task, (thread) => {
    thread.set(vfp.subarray(VFP.d0, VFP.d0 + VFP_D_BYTES), THREAD_ARM.vfp);
    thread.set(vfp.subarray(VFP.fpscr, VFP.fpscr + 4), THREAD_ARM.fpscr);
  });
  return true;
}
