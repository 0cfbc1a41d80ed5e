import * as IPC from '../abi/ipc.ts';
import { MLOCK_ONFAULT } from '../abi/mman.ts';
import * as sched from '../abi/sched.ts';
import * as SHM from '../abi/shm.ts';
import { schedParam } from '../abi/structs/process.ts';
import { flagsOf, valueIn } from './args.ts';
import { arg, type Formatter, outPointer, pointer } from './call.ts';
import { ctlArgument, lateCtl, SHM_CTL } from './ipc-ctl.ts';
import type { Special } from './special.ts';
import { plainIovBase, showIov, showStruct } from './structs.ts';
import { ctlCommand, ipcGetFlags, ipcKey } from './sysv.ts';
import { value, withPrefix, xlat } from './xlat.ts';

/** Shared memory, other processes' memory and scheduling in strace's words. */

const SHM_GET_FLAGS = xlat({ SHM_HUGETLB: SHM.SHM_HUGETLB, SHM_NORESERVE: SHM.SHM_NORESERVE });
const SHM_AT_FLAGS = xlat({
  SHM_RDONLY: SHM.SHM_RDONLY,
  SHM_RND: SHM.SHM_RND,
  SHM_REMAP: SHM.SHM_REMAP,
  SHM_EXEC: SHM.SHM_EXEC,
});
const COMMANDS = xlat({
  IPC_RMID: IPC.IPC_RMID,
  IPC_SET: IPC.IPC_SET,
  IPC_STAT: IPC.IPC_STAT,
  IPC_INFO: IPC.IPC_INFO,
  SHM_LOCK: SHM.SHM_LOCK,
  SHM_UNLOCK: SHM.SHM_UNLOCK,
  SHM_STAT: SHM.SHM_STAT,
  SHM_INFO: SHM.SHM_INFO,
  SHM_STAT_ANY: SHM.SHM_STAT_ANY,
});

const SCHED_POLICIES = withPrefix(sched, /^SCHED_(?!FLAG|RESET)/).map(
  ([number, name]) => [number, name === 'SCHED_NORMAL' ? 'SCHED_OTHER' : name] as const,
);
const showParam = showStruct(schedParam, ({ sched_priority }) => `[${sched_priority}]`);

/** Pieces of memory, without their bytes. */
const remoteIov: Formatter = pointer((call, addr, i) => showIov(call, addr, arg(call, i + 1), plainIovBase));

export const IPC_SPECIALS: readonly (readonly [string, Special])[] = [
  ['shmget', { args: { 0: ipcKey, 2: ipcGetFlags(SHM_GET_FLAGS, 'SHM_???') } }],
  ['shmat', { args: { 2: flagsOf(SHM_AT_FLAGS, 'SHM_???') } }],
  ['shmctl', { args: { 1: ctlCommand(COMMANDS, 'SHM_???'), 2: ctlArgument(SHM_CTL) }, late: lateCtl(SHM_CTL, 1) }],
  ['mlock2', { args: { 2: flagsOf(xlat({ MLOCK_ONFAULT }), 'MLOCK_???') } }],
  ['process_vm_readv', { args: { 3: remoteIov } }],
  ['process_vm_writev', { args: { 3: remoteIov } }],
  ['sched_setscheduler', { args: { 1: valueIn(SCHED_POLICIES, 'SCHED_???'), 2: pointer(showParam) } }],
  ['sched_setparam', { args: { 1: pointer(showParam) } }],
  ['sched_getparam', { args: { 1: outPointer(showParam) }, late: () => [1] }],
  ['sched_get_priority_max', { args: { 0: valueIn(SCHED_POLICIES, 'SCHED_???') } }],
  ['sched_get_priority_min', { args: { 0: valueIn(SCHED_POLICIES, 'SCHED_???') } }],
  [
    'sched_getscheduler',
    {
      note: (call) => (call.result !== null && call.result >= 0 ? ` (${value(SCHED_POLICIES, call.result, '')})` : ''),
    },
  ],
];
