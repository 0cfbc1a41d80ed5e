import { array, defineStruct } from '../struct.ts';

/** Masks are [signals 1-32, signals 33-64]. Linux: uapi/asm/signal.h. */

/** What rt_sigaction takes (not the C library's struct sigaction). */
export const sigaction = defineStruct('sigaction', {
  sa_handler: 'ptr',
  sa_flags: 'ulong',
  sa_restorer: 'ptr',
  sa_mask: array('u32', 2),
});

/** What sigaction(2) of i386 and ARM takes: 32 signals only. */
export const oldSigaction = defineStruct('old_sigaction', {
  sa_handler: 'ptr',
  sa_mask: 'ulong',
  sa_flags: 'ulong',
  sa_restorer: 'ptr',
});

export const sigset = defineStruct('sigset_t', { sig: array('u32', 2) });

export const stackT = defineStruct('stack_t', { ss_sp: 'ptr', ss_flags: 's32', ss_size: 'ulong' });

/** The last argument of pselect6. */
export const sigsetArgpack = defineStruct('sigset_argpack', { p: 'ptr', size: 'ulong' });
