import { defineStruct } from '../struct.ts';

/** x86: uapi/asm/ldt.h. `flags` holds the bit fields from seg_32bit on; see USER_DESC_*. */
export const userDesc = defineStruct('user_desc', {
  entry_number: 'u32',
  base_addr: 'u32',
  limit: 'u32',
  flags: 'u32',
});

/** Bits of user_desc.flags; contents are the two bits from 1 on. */
export const USER_DESC_SEG_32BIT = 1;
export const USER_DESC_CONTENTS_SHIFT = 1;
export const USER_DESC_READ_EXEC_ONLY = 8;
export const USER_DESC_LIMIT_IN_PAGES = 16;
export const USER_DESC_SEG_NOT_PRESENT = 32;
export const USER_DESC_USEABLE = 64;
/** x86_64 only. */
export const USER_DESC_LM = 128;

/** clone3's argument, version 2. Linux: uapi/linux/sched.h. */
export const cloneArgs = defineStruct('clone_args', {
  flags: 'u64',
  pidfd: 'u64',
  child_tid: 'u64',
  parent_tid: 'u64',
  exit_signal: 'u64',
  stack: 'u64',
  stack_size: 'u64',
  tls: 'u64',
  set_tid: 'u64',
  set_tid_size: 'u64',
  cgroup: 'u64',
});

/** futex_waitv(2). Linux: uapi/linux/futex.h. */
export const futexWaitv = defineStruct('futex_waitv', { val: 'u64', uaddr: 'u64', flags: 'u32', __reserved: 'u32' });

/** Linux: uapi/linux/futex.h. */
export const robustListHead = defineStruct('robust_list_head', {
  next: 'ptr',
  futex_offset: 'long',
  list_op_pending: 'ptr',
});

/** Linux: uapi/linux/sched/types.h. */
export const schedParam = defineStruct('sched_param', { sched_priority: 's32' });

/** Version 1, with utilization clamps. */
export const schedAttr = defineStruct('sched_attr', {
  size: 'u32',
  sched_policy: 'u32',
  sched_flags: 'u64',
  sched_nice: 's32',
  sched_priority: 'u32',
  sched_runtime: 'u64',
  sched_deadline: 'u64',
  sched_period: 'u64',
  sched_util_min: 'u32',
  sched_util_max: 'u32',
});

/** The one argument of i386's old mmap. Linux: include/linux/syscalls.h mmap_arg_struct. */
export const mmapArgStruct = defineStruct('mmap_arg_struct', {
  addr: 'ulong',
  len: 'ulong',
  prot: 'ulong',
  flags: 'ulong',
  fd: 'ulong',
  offset: 'ulong',
});

/** The one argument of i386's old select. */
export const selArgStruct = defineStruct('sel_arg_struct', {
  n: 'ulong',
  inp: 'ptr',
  outp: 'ptr',
  exp: 'ptr',
  tvp: 'ptr',
});
