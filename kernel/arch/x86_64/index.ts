import { EM_X86_64 } from '../../abi/elf.ts';
import { EPERM } from '../../abi/errno.ts';
import { writeU64 } from '../../bytes.ts';
import { zeroBytes } from '../../mm/phys.ts';
import { THREAD_X86, TRAP } from '../../ports.ts';
import { getReg, setReg } from '../../ptregs.ts';
import { changeThread } from '../thread.ts';
import type { Arch, PtRegsLayout } from '../types.ts';
import { X86_CPUINFO, X86_HWCAP, X86_HWCAP2 } from '../x86-cpu.ts';
import { enterSyscallX86 } from '../x86-entry.ts';
import { INITIAL_THREAD_X86 } from '../x86-fpu.ts';
import { ptraceX86_64 } from '../x86-ptrace.ts';
import { exceptionSignal } from './exceptions.ts';
import { setupFrame, sigreturn } from './sigframe.ts';
import { FIXED_PAGES, VDSO } from './vdso.ts';

/** Linux: arch/x86/include/asm/ptrace.h struct pt_regs. */
const ptRegs: PtRegsLayout = {
  names: 'r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss'.split(' '),
  lenBytes: 21 * 8,
  ip: 16,
  sp: 19,
  ret: 10,
  nr: 15,
  orig: 15,
  flags: 18,
  fp: 4,
  args: [14, 13, 12, 7, 9, 8],
};
const CS = 17;
const SS = 20;
const USER_CS = 0x33;
const USER_DS = 0x2b;
/** Interrupts on, and the bit that is always set. */
const INITIAL_FLAGS = 0x202;
const INITIAL_REGS = [
  [CS, USER_CS],
  [SS, USER_DS],
  [ptRegs.flags, INITIAL_FLAGS],
] as const;

export const x86_64: Arch = {
  name: 'x86_64',
  wordBytes: 8,
  elfClass: 2,
  elfMachine: EM_X86_64,
  pairsAligned: false,
  ctlHasVersion: false,
  machine: 'x86_64',
  platform: 'x86_64',
  hwcap: X86_HWCAP,
  hwcap2: X86_HWCAP2,
  cpuinfo: X86_CPUINFO,
  ptRegs,
  taskSize: 0x7fff_ffff_f000,
  shmlbaBytes: 0x1000,
  stackTop: 0x7fff_ffff_f000,
  elfEtDynBase: 0x5555_5555_4000,
  pageOffset: 0xffff_8880_0000_0000n,
  threadSizeBytes: 16384,
  stackTopPadding: 0,
  threadLenBytes: THREAD_X86.lenBytes,
  initialRegs: INITIAL_REGS,
  fixedPages: FIXED_PAGES,
  fixedPagesNoMmu: FIXED_PAGES,
  vdso: VDSO,
  // ebx ecx edx esi edi ebp.
  compat: { trap: TRAP.int80, isa: 'i386', args: [5, 11, 12, 13, 14, 4] },

  startThread(k, task, ip, sp) {
    zeroBytes(k, task.ptRegs, ptRegs.lenBytes);
    setReg(k, task, ptRegs.ip, ip);
    setReg(k, task, ptRegs.sp, sp);
    for (const [index, value] of INITIAL_REGS) setReg(k, task, index, value);
    changeThread(k, task, (thread) => thread.set(INITIAL_THREAD_X86));
  },

  setTls(k, task, tls) {
    if (tls >= 0x7fff_ffff_f000) return -EPERM;
    changeThread(k, task, (thread) => writeU64(thread, THREAD_X86.fsBase, tls));
    return 0;
  },

  syscallNumber: (k, task) => enterSyscallX86(k, task, ptRegs),

  rewindSyscall(k, task) {
    setReg(k, task, ptRegs.ip, getReg(k, task, ptRegs.ip) - 2);
  },

  setupFrame,
  sigreturn,
  exceptionSignal,
  ptrace: ptraceX86_64,
};
