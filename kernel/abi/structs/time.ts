import { defineStruct, pad } from '../struct.ts';

/** Linux: uapi/linux/time.h, time_types.h, times.h. `long` seconds are 32 bits on i386 and ARM. */

export const timespec = defineStruct('timespec', { tv_sec: 'long', tv_nsec: 'long' });

/** struct __kernel_timespec: what the `_time64` calls take on every ISA. */
export const kernelTimespec = defineStruct('__kernel_timespec', { tv_sec: 's64', tv_nsec: 's64' });

export const timeval = defineStruct('timeval', { tv_sec: 'long', tv_usec: 'long' });

export const timezone = defineStruct('timezone', { tz_minuteswest: 's32', tz_dsttime: 's32' });

export const itimerval = defineStruct('itimerval', { it_interval: timeval, it_value: timeval });

export const itimerspec = defineStruct('itimerspec', { it_interval: timespec, it_value: timespec });

/** In clock ticks of 1/100 s. */
export const tms = defineStruct('tms', {
  tms_utime: 'long',
  tms_stime: 'long',
  tms_cutime: 'long',
  tms_cstime: 'long',
});

/** struct __kernel_itimerspec: 64-bit seconds on every ISA. */
export const kernelItimerspec = defineStruct('__kernel_itimerspec', {
  it_interval: kernelTimespec,
  it_value: kernelTimespec,
});

/** Linux: uapi/linux/timex.h. */
export const timex = defineStruct('timex', {
  modes: 'u32',
  offset: 'long',
  freq: 'long',
  maxerror: 'long',
  esterror: 'long',
  status: 's32',
  constant: 'long',
  precision: 'long',
  tolerance: 'long',
  time: timeval,
  tick: 'long',
  ppsfreq: 'long',
  jitter: 'long',
  shift: 's32',
  stabil: 'long',
  jitcnt: 'long',
  calcnt: 'long',
  errcnt: 'long',
  stbcnt: 'long',
  tai: 's32',
  reserved: pad(44),
});

/** struct __kernel_timex. */
export const kernelTimex = defineStruct('__kernel_timex', {
  modes: 'u32',
  pad1: pad(4),
  offset: 's64',
  freq: 's64',
  maxerror: 's64',
  esterror: 's64',
  status: 's32',
  pad2: pad(4),
  constant: 's64',
  precision: 's64',
  tolerance: 's64',
  time: defineStruct('__kernel_timex_timeval', { tv_sec: 's64', tv_usec: 's64' }),
  tick: 's64',
  ppsfreq: 's64',
  jitter: 's64',
  shift: 's32',
  pad3: pad(4),
  stabil: 's64',
  jitcnt: 's64',
  calcnt: 's64',
  errcnt: 's64',
  stbcnt: 's64',
  tai: 's32',
  reserved: pad(44),
});
