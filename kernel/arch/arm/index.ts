import { EF_ARM_PIC, EM_ARM } from '../../abi/elf.ts';
import { writeU32 } from '../../bytes.ts';
import { zeroBytes } from '../../mm/phys.ts';
import { getUserU32 } from '../../mm/uaccess.ts';
import { THREAD_ARM } from '../../ports.ts';
import { getReg, getRegLow, setReg } from '../../ptregs.ts';
import { changeThread } from '../thread.ts';
import type { Arch, PtRegsLayout } from '../types.ts';
import { ARM_CPUINFO, ARM_HWCAP } from './cpu.ts';
import { exceptionSignal } from './exceptions.ts';
import { ptraceArm } from './ptrace.ts';
import { setupFrame, sigreturn } from './sigframe.ts';
import { FIXED_PAGES } from './sigpage.ts';
import { VDSO, VDSO_PAGE } from './vdso.ts';

/** Linux: arch/arm/include/uapi/asm/ptrace.h struct pt_regs. */
const ptRegs: PtRegsLayout = {
  names: 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 fp ip sp lr pc cpsr ORIG_r0'.split(' '),
  lenBytes: 18 * 4,
  ip: 15,
  sp: 13,
  ret: 0,
  nr: 7,
  orig: 17,
  flags: 16,
  fp: 11,
  args: [0, 1, 2, 3, 4, 5, 6],
};
/** Linux: uapi/linux/elf-fdpic.h; not in every elf.h. */
const ELFOSABI_ARM_FDPIC = 65;
const USR_MODE = 0x10;
const PSR_T = 0x20;
/** `svc #0x900000 + nr`: the old ABI's way, also that of the private calls 0xf0000 and up. */
const OABI_BASE = 0x90_0000;

export const arm: Arch = {
  name: 'arm',
  wordBytes: 4,
  elfClass: 1,
  elfMachine: EM_ARM,
  pairsAligned: true,
  ctlHasVersion: true,
  machine: 'armv7l',
  platform: 'v7l',
  hwcap: ARM_HWCAP,
  hwcap2: 0,
  cpuinfo: ARM_CPUINFO,
  ptRegs,
  taskSize: 0xbf00_0000,
  shmlbaBytes: 0x4000,
  stackTop: 0xbf00_0000,
  elfEtDynBase: 0x0040_0000,
  pageOffset: 0xc000_0000n,
  threadSizeBytes: 8192,
  stackTopPadding: 8,
  threadLenBytes: THREAD_ARM.lenBytes,
  initialRegs: [[ptRegs.flags, USR_MODE]],
  fixedPages: [VDSO_PAGE, ...FIXED_PAGES],
  fixedPagesNoMmu: [],
  elfOsabiFdpic: ELFOSABI_ARM_FDPIC,
  elfPicFlag: EF_ARM_PIC,
  vdso: VDSO,

  startThread(k, task, ip, sp) {
    zeroBytes(k, task.ptRegs, ptRegs.lenBytes);
    setReg(k, task, ptRegs.ip, ip - (ip % 2));
    setReg(k, task, ptRegs.sp, sp);
    setReg(k, task, ptRegs.flags, USR_MODE | (ip % 2 ? PSR_T : 0));
    changeThread(k, task, (thread) => thread.fill(0));
  },

  startNoMmu(k, task, startData, fdpic) {
    setReg(k, task, 10, startData);
    for (const [i, address] of (fdpic ?? []).entries()) setReg(k, task, 7 + i, address);
  },

  setTls(k, task, tls) {
    changeThread(k, task, (thread) => writeU32(thread, THREAD_ARM.tp, tls));
    return 0;
  },

  switchedOut(thread) {
    thread.fill(0, THREAD_ARM.exclusive, THREAD_ARM.exclusive + 4);
    thread.fill(0, THREAD_ARM.exclusiveValue, THREAD_ARM.lenBytes);
  },

  // Linux: arch/arm/kernel/entry-common.S vector_swi: an immediate means the old ABI, Thumb always takes r7.
  syscallNumber(k, task) {
    setReg(k, task, ptRegs.orig, getRegLow(k, task, ptRegs.ret));
    const thumb = (getRegLow(k, task, ptRegs.flags) & PSR_T) !== 0;
    if (thumb || !task.mm) return getRegLow(k, task, ptRegs.nr);
    const trap = getUserU32(k, task.mm, getReg(k, task, ptRegs.ip) - 4) & 0xff_ffff;
    return trap === 0 ? getRegLow(k, task, ptRegs.nr) : (trap ^ OABI_BASE) >>> 0;
  },

  rewindSyscall(k, task) {
    const thumb = (getRegLow(k, task, ptRegs.flags) & PSR_T) !== 0;
    setReg(k, task, ptRegs.ip, getReg(k, task, ptRegs.ip) - (thumb ? 2 : 4));
  },

  setupFrame,
  sigreturn,
  exceptionSignal,
  ptrace: ptraceArm,
};
