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

/** Linux: uapi/asm/sembuf.h. A time's second word is its upper half on the 32-bit ISAs, unused on x86-64. */
export const semid64Ds = defineStruct('semid64_ds', {
  sem_perm: ipc64Perm,
  sem_otime: 'ulong',
  sem_otime_high: 'ulong',
  sem_ctime: 'ulong',
  sem_ctime_high: 'ulong',
  sem_nsems: 'ulong',
  unused3: 'ulong',
  unused4: 'ulong',
});

/** Linux: uapi/linux/sem.h. */
export const sembuf = defineStruct('sembuf', { sem_num: 'u16', sem_op: 's16', sem_flg: 'u16' });

/** IPC_INFO and SEM_INFO. */
export const seminfo = defineStruct('seminfo', {
  semmap: 's32',
  semmni: 's32',
  semmns: 's32',
  semmnu: 's32',
  semmsl: 's32',
  semopm: 's32',
  semume: 's32',
  semusz: 's32',
  semvmx: 's32',
  semaem: 's32',
});

/** Linux: uapi/asm-generic/msgbuf.h. */
export const msqid64Ds = defineStruct(
  'msqid64_ds',
  { ...queueTimes(0), ...queueFigures() },
  { on: { i386: { ...queueTimes(4), ...queueFigures() }, arm: { ...queueTimes(4), ...queueFigures() } } },
);

function queueTimes(highBytes: number) {
  return {
    msg_perm: ipc64Perm,
    msg_stime: 'ulong',
    msg_stime_high: pad(highBytes),
    msg_rtime: 'ulong',
    msg_rtime_high: pad(highBytes),
    msg_ctime: 'ulong',
    msg_ctime_high: pad(highBytes),
  } as const;
}

function queueFigures() {
  return {
    msg_cbytes: 'ulong',
    msg_qnum: 'ulong',
    msg_qbytes: 'ulong',
    msg_lspid: 's32',
    msg_lrpid: 's32',
    unused4: 'ulong',
    unused5: 'ulong',
  } as const;
}

/** IPC_INFO and MSG_INFO. */
export const msginfo = defineStruct('msginfo', {
  msgpool: 's32',
  msgmap: 's32',
  msgmax: 's32',
  msgmnb: 's32',
  msgmni: 's32',
  msgssz: 's32',
  msgtql: 's32',
  msgseg: 'u16',
  pad: pad(2),
});
