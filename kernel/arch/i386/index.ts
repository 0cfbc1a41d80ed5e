import { EM_386 } from '../../abi/elf.ts';
import { zeroBytes } from '../../mm/phys.ts';
import { THREAD_X86, TRAP } from '../../ports.ts';
import { getReg, setReg } from '../../ptregs.ts';
import { changeThread } from '../thread.ts';
import type { Arch, PtRegsLayout } from '../types.ts';
import { X86_CPUINFO, X86_HWCAP, X86_HWCAP2 } from '../x86-cpu.ts';
import { enterSyscallX86, enterSysenter } from '../x86-entry.ts';
import { INITIAL_THREAD_X86 } from '../x86-fpu.ts';
import { ptraceI386 } from '../x86-ptrace.ts';
import { exceptionSignal } from './exceptions.ts';
import { setupFrame, sigreturn } from './sigframe.ts';
import { setThreadArea } from './tls.ts';
import { FIXED_PAGES, KERNEL_VSYSCALL, LANDING_PAD, VDSO } from './vdso.ts';

/** Linux: arch/x86/include/asm/ptrace.h struct pt_regs, 32 bits. */
const ptRegs: PtRegsLayout = {
  names: 'ebx ecx edx esi edi ebp eax xds xes xfs xgs orig_eax eip xcs eflags esp xss'.split(' '),
  lenBytes: 17 * 4,
  ip: 12,
  sp: 15,
  ret: 6,
  nr: 11,
  orig: 11,
  flags: 14,
  fp: 5,
  args: [0, 1, 2, 3, 4, 5],
};
const DS = 7;
const ES = 8;
const CS = 13;
const SS = 16;
/** Selectors as a 64-bit kernel gives them to 32-bit programs: they compare equal with a native run on such a host. */
const USER32_CS = 0x23;
const USER_DS = 0x2b;
const INITIAL_FLAGS = 0x202;
const INITIAL_REGS = [
  [CS, USER32_CS],
  [DS, USER_DS],
  [ES, USER_DS],
  [SS, USER_DS],
  [ptRegs.flags, INITIAL_FLAGS],
] as const;

export const i386: Arch = {
  name: 'i386',
  wordBytes: 4,
  elfClass: 1,
  elfMachine: EM_386,
  pairsAligned: false,
  ctlHasVersion: false,
  machine: 'i686',
  platform: 'i686',
  hwcap: X86_HWCAP,
  hwcap2: X86_HWCAP2,
  cpuinfo: X86_CPUINFO,
  ptRegs,
  taskSize: 0xffff_e000,
  shmlbaBytes: 0x1000,
  stackTop: 0xffff_e000,
  elfEtDynBase: 0x5655_5000,
  pageOffset: 0xc000_0000n,
  threadSizeBytes: 8192,
  stackTopPadding: 0,
  threadLenBytes: THREAD_X86.lenBytes,
  initialRegs: INITIAL_REGS,
  fixedPages: FIXED_PAGES,
  fixedPagesNoMmu: FIXED_PAGES,
  vdso: VDSO,
  sysinfo: KERNEL_VSYSCALL,

  startThread(k, task, ip, sp) {
    zeroBytes(k, task.ptRegs, ptRegs.lenBytes);
    setReg(k, task, ptRegs.ip, ip);
    setReg(k, task, ptRegs.sp, sp);
    for (const [index, value] of INITIAL_REGS) setReg(k, task, index, value);
    changeThread(k, task, (thread) => thread.set(INITIAL_THREAD_X86));
  },

  setTls: (k, task, tls) => setThreadArea(k, task, tls, false),

  syscallNumber(k, task, trap) {
    const nr = enterSyscallX86(k, task, ptRegs);
    return trap === TRAP.sysenter && !enterSysenter(k, task, ptRegs, LANDING_PAD) ? null : nr;
  },

  rewindSyscall(k, task) {
    setReg(k, task, ptRegs.ip, getReg(k, task, ptRegs.ip) - 2);
  },

  setupFrame,
  sigreturn,
  exceptionSignal,
  ptrace: ptraceI386,
};
