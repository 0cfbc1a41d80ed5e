/** Linux: uapi/linux/ipc.h: flags, commands, and the calls of ipc(2). */

export const IPC_64 = 0x100;
export const IPC_CREAT = 0x200;
export const IPC_DIPC = 4096;
export const IPC_EXCL = 1024;
export const IPC_INFO = 3;
export const IPC_NOWAIT = 0x800;
export const IPC_OLD = 0;
export const IPC_OWN = 0x2000;
export const IPC_PRIVATE = 0;
export const IPC_RMID = 0;
export const IPC_SET = 1;
export const IPC_STAT = 2;
export const MSGCTL = 14;
export const MSGGET = 13;
export const MSGRCV = 12;
export const MSGSND = 11;
export const SEMCTL = 3;
export const SEMGET = 2;
export const SEMOP = 1;
export const SEMTIMEDOP = 4;
export const SHMAT = 21;
export const SHMCTL = 24;
export const SHMDT = 22;
export const SHMGET = 23;
