import { defineStruct, pad } from '../struct.ts';

/** What ipc(2) means without IPC_64: users, groups and counts of 16 bits. The fields have the names of the newer structures. */

/** Linux: uapi/linux/ipc.h. */
export const ipcPerm = defineStruct('ipc_perm', {
  key: 's32',
  uid: 'u16',
  gid: 'u16',
  cuid: 'u16',
  cgid: 'u16',
  mode: 'u16',
  seq: 'u16',
});

/** Linux: uapi/linux/shm.h. */
export const shmidDs = defineStruct('shmid_ds', {
  shm_perm: ipcPerm,
  shm_segsz: 's32',
  shm_atime: 'long',
  shm_dtime: 'long',
  shm_ctime: 'long',
  shm_cpid: 'u16',
  shm_lpid: 'u16',
  shm_nattch: 'u16',
  shm_unused: pad(2),
  shm_unused2: 'ptr',
  shm_unused3: 'ptr',
});

export const shminfo = defineStruct('shminfo', {
  shmmax: 's32',
  shmmin: 's32',
  shmmni: 's32',
  shmseg: 's32',
  shmall: 's32',
});

/** Linux: uapi/linux/sem.h. */
export const semidDs = defineStruct('semid_ds', {
  sem_perm: ipcPerm,
  sem_otime: 'long',
  sem_ctime: 'long',
  sem_base: 'ptr',
  sem_pending: 'ptr',
  sem_pending_last: 'ptr',
  undo: 'ptr',
  sem_nsems: 'u16',
  unused: pad(2),
});

/** Linux: uapi/linux/msg.h. */
export const msqidDs = defineStruct('msqid_ds', {
  msg_perm: ipcPerm,
  msg_first: 'ptr',
  msg_last: 'ptr',
  msg_stime: 'long',
  msg_rtime: 'long',
  msg_ctime: 'long',
  msg_lcbytes: 'ulong',
  msg_lqbytes: 'ulong',
  msg_cbytes: 'u16',
  msg_qnum: 'u16',
  msg_qbytes: 'u16',
  msg_lspid: 'u16',
  msg_lrpid: 'u16',
  unused: pad(2),
});
