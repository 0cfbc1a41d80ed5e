import type { IsaName } from '../../ports.ts';
import { defineStruct, type Struct } from '../struct.ts';
import { timeval } from './time.ts';

/** Linux: uapi/linux/resource.h. */

export const rusage = defineStruct('rusage', {
  ru_utime: timeval,
  ru_stime: timeval,
  ru_maxrss: 'long',
  ru_ixrss: 'long',
  ru_idrss: 'long',
  ru_isrss: 'long',
  ru_minflt: 'long',
  ru_majflt: 'long',
  ru_nswap: 'long',
  ru_inblock: 'long',
  ru_oublock: 'long',
  ru_msgsnd: 'long',
  ru_msgrcv: 'long',
  ru_nsignals: 'long',
  ru_nvcsw: 'long',
  ru_nivcsw: 'long',
});

/** Infinity is written as ~0, the RLIM_INFINITY of user space; `decodeRlimit` gives it back. */
export const rlimit = defineStruct('rlimit', { rlim_cur: 'ulong', rlim_max: 'ulong' });

export const rlimit64 = defineStruct('rlimit64', { rlim_cur: 'u64', rlim_max: 'u64' });

type Rlimit = Struct<{ rlim_cur: 'ulong' | 'u64'; rlim_max: 'ulong' | 'u64' }>;

/** [soft, hard] of a `rlimit` or `rlimit64`, with ~0 of the field's width as Infinity, as the kernel's state holds it. */
export function decodeRlimit(isa: IsaName, layout: Rlimit, from: Uint8Array): [number, number] {
  const unlimited = layout.decode(isa, new Uint8Array(layout.size(isa)).fill(0xff)).rlim_cur;
  const { rlim_cur, rlim_max } = layout.decode(isa, from);
  return [rlim_cur === unlimited ? Infinity : rlim_cur, rlim_max === unlimited ? Infinity : rlim_max];
}
