import { readU32, writeU32 } from '../../bytes.ts';
import { THREAD_X86 } from '../../ports.ts';
import { getRegLow, setReg } from '../../ptregs.ts';
import type { Kernel } from '../../state.ts';
import type { SigInfo, Sigset, Task } from '../../task.ts';
import { readFrame } from '../frame-io.ts';
import { saveThreadOf } from '../thread.ts';
import { restoredEflags } from '../x86-eflags.ts';
import { clearFpu, FXSAVE_BYTES, restoreFxsave } from '../x86-sigfpu.ts';
import { FSAVE_BYTES, mergeFsave } from './fsave.ts';

/** struct sigcontext_32: the interrupted registers in a signal frame. Linux: include/uapi/asm/sigcontext.h. */

/** Indexes of pt_regs. */
export const REG = {
  bx: 0,
  cx: 1,
  dx: 2,
  si: 3,
  di: 4,
  bp: 5,
  ax: 6,
  ds: 7,
  es: 8,
  fs: 9,
  gs: 10,
  orig: 11,
  ip: 12,
  cs: 13,
  flags: 14,
  sp: 15,
  ss: 16,
} as const;

export const SIGCONTEXT_BYTES = 88;
export const SIGCONTEXT_OLDMASK = 80;

/** Offsets in bytes of what is no plain register. */
const SC = { trapno: 48, err: 52, cs: 60, flags: 64, spAtSignal: 68, ss: 72, fpstate: 76, cr2: 84 } as const;

/** pt_regs in the order of the structure, four bytes each, from its start; then ip at 56. */
const SEGMENTS = [REG.gs, REG.fs, REG.es, REG.ds];
const GENERAL = [REG.di, REG.si, REG.bp, REG.sp, REG.bx, REG.dx, REG.cx, REG.ax];
const GENERAL_OFFSET = 16;
const IP_OFFSET = 56;

export const USER_DS = 0x2b;
const TRAP_PF = 14;
/** Selectors that user space may load: code and data of the kernel's GDT, and the three TLS entries when they are set. */
const GDT_SELECTORS = [0x23, 0x2b, 0x33];
const TLS_SELECTORS = [0x63, 0x6b, 0x73];
const PRESENT = 0x8000;

const FSAVE = new Uint8Array(FSAVE_BYTES);
const FX = new Uint8Array(FXSAVE_BYTES);

export function encodeSigcontext(k: Kernel, task: Task, info: SigInfo, oldMask: Sigset, fpstate: number): Uint8Array {
  const sc = new Uint8Array(SIGCONTEXT_BYTES);
  SEGMENTS.forEach((reg, i) => {
    writeU32(sc, i * 4, getRegLow(k, task, reg) & 0xffff);
  });
  GENERAL.forEach((reg, i) => {
    writeU32(sc, GENERAL_OFFSET + i * 4, getRegLow(k, task, reg));
  });
  writeU32(sc, SC.trapno, info.trapNo ?? 0);
  writeU32(sc, SC.err, info.errorCode ?? 0);
  writeU32(sc, IP_OFFSET, getRegLow(k, task, REG.ip));
  writeU32(sc, SC.cs, getRegLow(k, task, REG.cs) & 0xffff);
  writeU32(sc, SC.flags, getRegLow(k, task, REG.flags));
  writeU32(sc, SC.spAtSignal, getRegLow(k, task, REG.sp));
  writeU32(sc, SC.ss, getRegLow(k, task, REG.ss) & 0xffff);
  writeU32(sc, SC.fpstate, fpstate);
  writeU32(sc, SIGCONTEXT_OLDMASK, oldMask.lo);
  writeU32(sc, SC.cr2, info.trapNo === TRAP_PF ? (info.addr ?? 0) : 0);
  return sc;
}

/** Whether the frame's registers are such as user space may have. Linux: ia32_restore_sigcontext(). */
export function restoreSigcontext(k: Kernel, task: Task, sc: Uint8Array): boolean {
  const cs = (readU32(sc, SC.cs) & 0xffff) | 3;
  const ss = (readU32(sc, SC.ss) & 0xffff) | 3;
  if (cs !== getRegLow(k, task, REG.cs) || ss !== USER_DS) return false;
  GENERAL.forEach((reg, i) => {
    setReg(k, task, reg, readU32(sc, GENERAL_OFFSET + i * 4));
  });
  setReg(k, task, REG.ip, readU32(sc, IP_OFFSET));
  setReg(k, task, REG.ss, ss);
  setReg(k, task, REG.flags, restoredEflags(getRegLow(k, task, REG.flags), readU32(sc, SC.flags)));
  setReg(k, task, REG.orig, -1);
  saveThreadOf(k, task);
  SEGMENTS.forEach((reg, i) => {
    setReg(k, task, reg, loadableSelector(task, readU32(sc, i * 4) & 0xffff));
  });
  return restoreFpstate(k, task, readU32(sc, SC.fpstate));
}

/** The selector with user privilege, or the null selector when it cannot be loaded. Linux: reload_segments(). */
function loadableSelector(task: Task, selector: number): number {
  if (selector <= 3) return selector;
  const user = selector | 3;
  if (GDT_SELECTORS.includes(user)) return user;
  const entry = TLS_SELECTORS.indexOf(user);
  const present = entry >= 0 && (readU32(task.thread, THREAD_X86.tls + entry * 8 + 4) & PRESENT) !== 0;
  return present ? user : 0;
}

/** Linux: fpu__restore_sig(). Both images are there, the old one's x87 registers count. */
function restoreFpstate(k: Kernel, task: Task, fpstate: number): boolean {
  if (fpstate === 0) {
    clearFpu(k, task);
    return true;
  }
  if (!readFrame(k, task, fpstate, FSAVE) || !readFrame(k, task, fpstate + FSAVE_BYTES, FX)) return false;
  mergeFsave(FX, FSAVE);
  return restoreFxsave(k, task, FX);
}
