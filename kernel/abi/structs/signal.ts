import { array, defineStruct, pad } from '../struct.ts';

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

/** Linux: uapi/linux/signalfd.h. */
export const signalfdSiginfo = defineStruct('signalfd_siginfo', {
  ssi_signo: 'u32',
  ssi_errno: 's32',
  ssi_code: 's32',
  ssi_pid: 'u32',
  ssi_uid: 'u32',
  ssi_fd: 's32',
  ssi_tid: 'u32',
  ssi_band: 'u32',
  ssi_overrun: 'u32',
  ssi_trapno: 'u32',
  ssi_status: 's32',
  ssi_int: 's32',
  ssi_ptr: 'u64',
  ssi_utime: 'u64',
  ssi_stime: 'u64',
  ssi_addr: 'u64',
  ssi_addr_lsb: 'u16',
  __pad2: pad(2),
  ssi_syscall: 's32',
  ssi_call_addr: 'u64',
  ssi_arch: 'u32',
  __pad: pad(28),
});

/** The first words of struct sigevent, which has 64 bytes. Linux: uapi/asm-generic/siginfo.h. */
export const sigevent = defineStruct('sigevent', {
  sigev_value: 'ptr',
  sigev_signo: 's32',
  sigev_notify: 's32',
  sigev_notify_thread_id: 's32',
});
/** sizeof(struct sigevent). */
export const SIGEVENT_BYTES = 64;
