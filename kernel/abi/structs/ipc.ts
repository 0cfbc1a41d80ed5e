import { defineStruct, pad } from '../struct.ts';

/** Linux: uapi/asm-generic/ipcbuf.h. The mode has 16 bits on i386 and ARM. */
export const ipc64Perm = defineStruct('ipc64_perm', {
  key: 's32',
  uid: 'u32',
  gid: 'u32',
  cuid: 'u32',
  cgid: 'u32',
  mode: 'u32',
  seq: 'u16',
  pad2: pad(2),
  unused1: 'ulong',
  unused2: 'ulong',
});

/** Linux: uapi/asm-generic/shmbuf.h. The 32-bit ISAs have the upper halves of times in words of their own. */
export const shmid64Ds = defineStruct(
  'shmid64_ds',
  {
    shm_perm: ipc64Perm,
    shm_segsz: 'ulong',
    shm_atime: 'ulong',
    shm_atime_high: pad(0),
    shm_dtime: 'ulong',
    shm_dtime_high: pad(0),
    shm_ctime: 'ulong',
    shm_ctime_high: pad(0),
    shm_cpid: 's32',
    shm_lpid: 's32',
    shm_nattch: 'ulong',
    unused4: 'ulong',
    unused5: 'ulong',
  },
  {
    on: {
      i386: high(),
      arm: high(),
    },
  },
);

function high() {
  return {
    shm_perm: ipc64Perm,
    shm_segsz: 'ulong',
    shm_atime: 'ulong',
    shm_atime_high: pad(4),
    shm_dtime: 'ulong',
    shm_dtime_high: pad(4),
    shm_ctime: 'ulong',
    shm_ctime_high: pad(4),
    shm_cpid: 's32',
    shm_lpid: 's32',
    shm_nattch: 'ulong',
    unused4: 'ulong',
    unused5: 'ulong',
  } as const;
}

/** IPC_INFO. */
export const shminfo64 = defineStruct('shminfo64', {
  shmmax: 'ulong',
  shmmin: 'ulong',
  shmmni: 'ulong',
  shmseg: 'ulong',
  shmall: 'ulong',
  unused1: 'ulong',
  unused2: 'ulong',
  unused3: 'ulong',
  unused4: 'ulong',
});

/** SHM_INFO. Linux: uapi/linux/shm.h. */
export const shmInfo = defineStruct('shm_info', {
  used_ids: 's32',
  shm_tot: 'ulong',
  shm_rss: 'ulong',
  shm_swp: 'ulong',
  swap_attempts: 'ulong',
  swap_successes: 'ulong',
});
