import { defineStruct } from '../struct.ts';

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
