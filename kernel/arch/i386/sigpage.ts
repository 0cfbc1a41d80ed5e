import type { FixedPage } from '../types.ts';

/**
 * The code that an i386 signal handler returns to when the program gave no restorer: instruction for instruction that of
 * Linux's vDSO (arch/x86/entry/vdso/vdso32/sigreturn.S), by which debuggers know it. It lies right below the highest address
 * that mmap gives out.
 */
const ADDR = 0xf7ff_d000;
const SIGRETURN_OFFSET = 0x10;
const RT_SIGRETURN_OFFSET = 0x20;
const VSYSCALL_OFFSET = 0x30;

// pop %eax; mov $119,%eax; int $0x80
const SIGRETURN = [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80];
// mov $173,%eax; int $0x80
const RT_SIGRETURN = [0xb8, 173, 0, 0, 0, 0xcd, 0x80];
// int $0x80; ret
const VSYSCALL = [0xcd, 0x80, 0xc3];
const NOP = 0x90;

function page(): Uint8Array {
  const bytes = new Uint8Array(4096).fill(NOP);
  bytes.set(SIGRETURN, SIGRETURN_OFFSET);
  bytes.set(RT_SIGRETURN, RT_SIGRETURN_OFFSET);
  bytes.set(VSYSCALL, VSYSCALL_OFFSET);
  return bytes;
}

export const FIXED_PAGES: readonly FixedPage[] = [{ addr: ADDR, name: '[sigpage]', bytes: page() }];

/** __kernel_sigreturn, __kernel_rt_sigreturn and, for AT_SYSINFO, __kernel_vsyscall. */
export const KERNEL_SIGRETURN = ADDR + SIGRETURN_OFFSET;
export const KERNEL_RT_SIGRETURN = ADDR + RT_SIGRETURN_OFFSET;
export const KERNEL_VSYSCALL = ADDR + VSYSCALL_OFFSET;
