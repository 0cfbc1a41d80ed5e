import { writeU32 } from '../../bytes.ts';
import type { FixedPage } from '../types.ts';

/**
 * Code of the kernel that ARM programs run: what a signal handler returns to when the program gave no restorer, and the
 * helpers at the top of the address space. Linux: arch/arm/kernel/sigreturn_codes.S, entry-armv.S (__kuser_helper_start),
 * Documentation/arm/kernel_user_helpers.rst. The sigpage lies right below the highest address that mmap gives out.
 */
const SIGPAGE = 0xb6ff_f000;
const VECTORS = 0xffff_0000;

/** What Linux fills the rest with: an instruction that is undefined in ARM state, two in Thumb state. */
const POISON = 0xe7fd_def1;

/** ARM code is two words, Thumb code one: ARM at 0 and 3, Thumb at 2 and 5. */
export const SIGRETURN_CODES: readonly number[] = [
  0xe3a0_7077, // mov r7, #119
  0xef90_0077, // svc #0x900077
  0xdf00_2777, // movs r7, #119; svc #0
  0xe3a0_70ad, // mov r7, #173
  0xef90_00ad, // svc #0x9000ad
  0xdf00_27ad, // movs r7, #173; svc #0
];

/**
 * A restorer of an FDPIC program is the address of a function descriptor, which this code calls through: it finds that address in the
 * frame, behind itself. Four words each: the code, and the place of the address.
 */
const FDPIC_CODES = {
  arm: { plain: [0xe59d_32f4, 0xe893_0208, 0xe12f_ff13], siginfo: [0xe59d_3374, 0xe893_0208, 0xe12f_ff13] },
  thumb: { plain: [0xcb0c_9bbd, 0x4710_4699, 0], siginfo: [0xcb0c_9bdd, 0x4710_4699, 0] },
};

/** Linux: arch/arm/kernel/sigreturn_codes.S, the bounce code. */
export function fdpicReturnCode(thumb: boolean, siginfo: boolean): readonly number[] {
  return FDPIC_CODES[thumb ? 'thumb' : 'arm'][siginfo ? 'siginfo' : 'plain'];
}

/** Which of the codes a handler returns to; the first of two words for ARM. */
export function sigreturnIndex(thumb: boolean, siginfo: boolean): number {
  return (thumb ? 2 : 0) + (siginfo ? 3 : 0);
}

/** Address of the code, with bit 0 set for Thumb. */
export function sigreturnAddress(thumb: boolean, siginfo: boolean): number {
  return SIGPAGE + sigreturnIndex(thumb, siginfo) * 4 + (thumb ? 1 : 0);
}

// int cmpxchg64(const int64_t *old, const int64_t *new, volatile int64_t *ptr): 0 and C set when changed
const KUSER_CMPXCHG64 = [
  0xe92d_00f0, // push {r4, r5, r6, r7}
  0xe1c0_40d0, // ldrd r4, r5, [r0]
  0xe1c1_60d0, // ldrd r6, r7, [r1]
  0xf57f_f05b, // dmb ish
  0xe1b2_0f9f, // 1: ldrexd r0, r1, [r2]
  0xe030_3004, // eors r3, r0, r4
  0x0031_3005, // eorseq r3, r1, r5
  0x01a2_3f96, // strexdeq r3, r6, r7, [r2]
  0x0333_0001, // teqeq r3, #1
  0x0aff_fff9, // beq 1b
  0xf57f_f05b, // dmb ish
  0xe273_0000, // rsbs r0, r3, #0
  0xe8bd_00f0, // pop {r4, r5, r6, r7}
  0xe12f_ff1e, // bx lr
];
// void memory_barrier(void)
const KUSER_MEMORY_BARRIER = [
  0xf57f_f05b, // dmb ish
  0xe12f_ff1e, // bx lr
];
// int cmpxchg(int old, int new, volatile int *ptr): 0 and C set when changed
const KUSER_CMPXCHG = [
  0xf57f_f05b, // dmb ish
  0xe192_3f9f, // 1: ldrex r3, [r2]
  0xe053_3000, // subs r3, r3, r0
  0x0182_3f91, // strexeq r3, r1, [r2]
  0x0333_0001, // teqeq r3, #1
  0x0aff_fffa, // beq 1b
  0xe273_0000, // rsbs r0, r3, #0
  0xeaff_ffef, // b memory_barrier
];
// int get_tls(void)
const KUSER_GET_TLS = [
  0xee1d_0f70, // mrc p15, 0, r0, c13, c0, 3
  0xe12f_ff1e, // bx lr
];
/** Number of helpers, cmpxchg64 being the fifth. */
const KUSER_HELPER_VERSION = 5;

function page(parts: readonly (readonly [offset: number, words: readonly number[]])[]): Uint8Array {
  const bytes = new Uint8Array(4096);
  for (let at = 0; at < bytes.length; at += 4) writeU32(bytes, at, POISON);
  for (const [offset, words] of parts) {
    words.forEach((word, i) => {
      writeU32(bytes, offset + i * 4, word);
    });
  }
  return bytes;
}

export const FIXED_PAGES: readonly FixedPage[] = [
  { addr: SIGPAGE, name: '[sigpage]', bytes: page([[0, SIGRETURN_CODES]]) },
  {
    addr: VECTORS,
    name: '[vectors]',
    bytes: page([
      [0xf60, KUSER_CMPXCHG64],
      [0xfa0, KUSER_MEMORY_BARRIER],
      [0xfc0, KUSER_CMPXCHG],
      [0xfe0, KUSER_GET_TLS],
      [0xffc, [KUSER_HELPER_VERSION]],
    ]),
  },
];
