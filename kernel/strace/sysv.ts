import * as IPC from '../abi/ipc.ts';
import * as MSG from '../abi/msg.ts';
import * as SEM from '../abi/sem.ts';
import { longBytes } from '../abi/struct.ts';
import { sembuf } from '../abi/structs/ipc.ts';
import { readU32 } from '../bytes.ts';
import { arg, type Call, decimal, type Formatter, failed, hex, octalMode, outPointer, pointer } from './call.ts';
import { ctlArgument, lateCtl, MSG_CTL, SEM_CTL } from './ipc-ctl.ts';
import { quoteBuffer } from './quote.ts';
import type { Special } from './special.ts';
import { CLONE_FLAGS } from './tables.ts';
import { flags, value, type Xlat, xlat } from './xlat.ts';

/** System V semaphores, message queues and what they share with shared memory; namespaces: in strace's words. */

const GET_FLAGS = xlat({ IPC_CREAT: IPC.IPC_CREAT, IPC_EXCL: IPC.IPC_EXCL, IPC_NOWAIT: IPC.IPC_NOWAIT });
const OP_FLAGS = xlat({ SEM_UNDO: SEM.SEM_UNDO, IPC_NOWAIT: IPC.IPC_NOWAIT });
const { IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO } = IPC;
const { SEM_STAT, SEM_INFO, SEM_STAT_ANY, GETPID, GETVAL, GETALL, GETNCNT, GETZCNT, SETVAL, SETALL } = SEM;
const SEM_COMMANDS = xlat({
  ...{ IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO, SEM_STAT, SEM_INFO, SEM_STAT_ANY },
  ...{ GETPID, GETVAL, GETALL, GETNCNT, GETZCNT, SETVAL, SETALL },
});
const { MSG_STAT, MSG_INFO, MSG_STAT_ANY, MSG_NOERROR, MSG_EXCEPT, MSG_COPY } = MSG;
const MSG_COMMANDS = xlat({ IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO, MSG_STAT, MSG_INFO, MSG_STAT_ANY });
const MSG_FLAGS = xlat({ MSG_NOERROR, MSG_EXCEPT, MSG_COPY, IPC_NOWAIT: IPC.IPC_NOWAIT });

export const ipcKey: Formatter = (call, i) => (arg(call, i) === 0 ? 'IPC_PRIVATE' : hex(arg(call, i) >>> 0));

/** Flags, then the permission bits in octal. */
export function ipcGetFlags(own: Xlat, unknown: string): Formatter {
  return (call, i) => {
    const all = arg(call, i) >>> 0;
    const named = (all & ~0o777) >>> 0;
    const mode = octalMode(all & 0o777);
    return named === 0 ? mode : `${flags([...GET_FLAGS, ...own], named, unknown).replace(/ \/\*.*/, '')}|${mode}`;
  };
}

/** How many operations strace shows. */
const MAX_OPERATIONS = 32;

const operations: Formatter = pointer((call, addr, i) => {
  const count = arg(call, i + 1);
  const size = sembuf.size(call.isa);
  const shown = Math.min(count, MAX_OPERATIONS);
  const bytes = call.memory.read(addr, shown * size);
  if (!bytes) return null;
  const texts = Array.from({ length: shown }, (_, n) => {
    const { sem_num, sem_op, sem_flg } = sembuf.decode(call.isa, bytes, n * size);
    return `{sem_num=${sem_num}, sem_op=${sem_op}, sem_flg=${flags(OP_FLAGS, sem_flg, 'SEM_???')}}`;
  });
  return `[${[...texts, ...(count > shown ? ['...'] : [])].join(', ')}]`;
});

/** struct msgbuf, with a text of `lenBytes`. */
function message(call: Call, addr: number, lenBytes: number): string | null {
  const word = longBytes(call.isa);
  const bytes = call.memory.read(addr, word);
  if (!bytes) return null;
  const high = word === 8 ? readU32(bytes, 4) | 0 : readU32(bytes, 0) >> 31;
  const type = high * 2 ** 32 + readU32(bytes, 0);
  return `{mtype=${type}, mtext=${quoteBuffer(call, addr + word, lenBytes)}}`;
}

const sent: Formatter = pointer((call, addr, i) => message(call, addr, arg(call, i + 1)));
const received: Formatter = outPointer((call, addr, i) => message(call, addr, arg(call, i + 1)));
export const ctlCommand =
  (table: Xlat, unknown: string): Formatter =>
  (call, i) => {
    const all = arg(call, i);
    const named = value(table, all & ~IPC.IPC_64, unknown);
    return all & IPC.IPC_64 ? `IPC_64|${named}` : named;
  };
const messageFlags: Formatter = (call, i) => flags(MSG_FLAGS, arg(call, i) >>> 0, 'MSG_???');
const namespaces: Formatter = (call, i) => flags(CLONE_FLAGS, arg(call, i) >>> 0, 'CLONE_???');
const semop: Special = { args: { 1: operations } };

export const SYSV_SPECIALS: readonly (readonly [string, Special])[] = [
  ['semget', { args: { 0: ipcKey, 2: ipcGetFlags([], 'IPC_???') } }],
  ['semop', semop],
  ['semtimedop', semop],
  ['semtimedop_time64', semop],
  ['semctl', { args: { 2: ctlCommand(SEM_COMMANDS, 'SEM_???'), 3: ctlArgument(SEM_CTL) }, late: lateCtl(SEM_CTL, 2) }],
  ['msgget', { args: { 0: ipcKey, 1: ipcGetFlags([], 'IPC_???') } }],
  ['msgsnd', { args: { 1: sent, 2: (call, i) => decimal(arg(call, i)), 3: messageFlags } }],
  ['msgrcv', { args: { 1: received, 4: messageFlags }, late: (call) => (failed(call) ? [] : [1]) }],
  ['msgctl', { args: { 1: ctlCommand(MSG_COMMANDS, 'MSG_???'), 2: ctlArgument(MSG_CTL) }, late: lateCtl(MSG_CTL, 1) }],
  ['unshare', { args: { 0: namespaces } }],
  ['setns', { args: { 1: namespaces } }],
];
