/** Bits of eflags that signals touch. Linux: uapi/asm/processor-flags.h. */

/** Direction, resume and trap flag, which a handler starts without. */
export const EFLAGS_CLEARED_FOR_HANDLER = 0x400 | 0x1_0000 | 0x100;

/** AC OF DF TF SF ZF AF PF CF RF: all that sigreturn takes from the frame. Linux: FIX_EFLAGS. */
const FIX_EFLAGS = 0x4_0000 | 0x800 | 0x400 | 0x100 | 0x80 | 0x40 | 0x10 | 0x4 | 0x1 | 0x1_0000;

/** eflags after sigreturn: privileged bits stay as they are. */
export function restoredEflags(current: number, fromFrame: number): number {
  return ((current & ~FIX_EFLAGS) | (fromFrame & FIX_EFLAGS)) >>> 0;
}
