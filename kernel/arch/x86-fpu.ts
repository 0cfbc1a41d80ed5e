import { writeU32 } from '../bytes.ts';
import { THREAD_X86 } from '../ports.ts';

/** FPU of a fresh program: FNINIT and MXCSR's reset value. Linux: arch/x86/kernel/fpu/core.c fpstate_init_user(). */
export const INITIAL_THREAD_X86 = new Uint8Array(THREAD_X86.lenBytes);
writeU32(INITIAL_THREAD_X86, THREAD_X86.fxsave, 0x037f);
writeU32(INITIAL_THREAD_X86, THREAD_X86.fxsave + 24, 0x1f80);
