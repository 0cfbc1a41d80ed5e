import * as IPC from '../abi/ipc.ts';
import * as MSG from '../abi/msg.ts';
import * as SEM from '../abi/sem.ts';
import * as SHM from '../abi/shm.ts';
import { msginfo, msqid64Ds, semid64Ds, seminfo, shmInfo, shmid64Ds, shminfo64 } from '../abi/structs/ipc.ts';
import { archOf } from '../arch/index.ts';
import {
  address,
  arg,
  type Call,
  decimal,
  type Formatter,
  failed,
  hex,
  octalMode,
  outPointer,
  pointer,
} from './call.ts';
import { type Show, showStruct } from './structs.ts';

/** What shmctl, semctl and msgctl pass, by command. The old structures are shown as addresses, as strace does. */

type Perm = Readonly<Record<'uid' | 'gid' | 'mode' | 'key' | 'cuid' | 'cgid', number>>;
type Values = Readonly<Record<string, unknown>>;

function permText({ uid, gid, mode }: Perm, more = ''): string {
  return `{uid=${uid}, gid=${gid}, mode=${octalMode(mode)}${more}}`;
}

function wholePerm(perm: Perm): string {
  const key = perm.key === 0 ? '0' : hex(perm.key >>> 0);
  return permText(perm, `, key=${key}, cuid=${perm.cuid}, cgid=${perm.cgid}`);
}

function fieldsText(values: Values, names: string): string {
  return names
    .split(' ')
    .map((name) => `${name}=${decimal(Number(values[name]))}`)
    .join(', ');
}

const SHM_FIELDS = 'shm_segsz shm_cpid shm_lpid shm_nattch shm_atime shm_dtime shm_ctime';
const MSG_FIELDS = 'msg_stime msg_rtime msg_ctime msg_qnum msg_qbytes msg_lspid msg_lrpid';
const shmStat = showStruct(shmid64Ds, (ds) => `{shm_perm=${wholePerm(ds.shm_perm)}, ${fieldsText(ds, SHM_FIELDS)}}`);
const shmSet = showStruct(shmid64Ds, (ds) => `{shm_perm=${permText(ds.shm_perm)}}`);
const semStat = showStruct(
  semid64Ds,
  (ds) => `{sem_perm=${wholePerm(ds.sem_perm)}, ${fieldsText(ds, 'sem_otime sem_ctime sem_nsems')}}`,
);
const semSet = showStruct(semid64Ds, (ds) => `{sem_perm=${permText(ds.sem_perm)}}`);
const msgStat = showStruct(msqid64Ds, (ds) => `{msg_perm=${wholePerm(ds.msg_perm)}, ${fieldsText(ds, MSG_FIELDS)}}`);
const msgSet = showStruct(msqid64Ds, (ds) => `{msg_perm=${permText(ds.msg_perm)}, ${fieldsText(ds, 'msg_qbytes')}}`);
const shmLimits = showStruct(shminfo64, (info) => `{${fieldsText(info, 'shmmax shmmin shmmni shmseg shmall')}}`);
const shmUse = showStruct(
  shmInfo,
  (info) => `{${fieldsText(info, 'used_ids shm_tot shm_rss shm_swp swap_attempts swap_successes')}}`,
);
const semLimits = showStruct(
  seminfo,
  (info) => `{${fieldsText(info, 'semmap semmni semmns semmnu semmsl semopm semume semusz semvmx semaem')}}`,
);
const msgLimits = showStruct(
  msginfo,
  (info) => `{${fieldsText(info, 'msgpool msgmap msgmax msgmnb msgmni msgssz msgtql msgseg')}}`,
);

interface Ctl {
  /** Structures that the call fills, by command. */
  readonly out: Readonly<Record<number, Show>>;
  /** What IPC_SET reads. */
  readonly set: Show;
}

export const SHM_CTL: Ctl = {
  out: {
    [IPC.IPC_STAT]: shmStat,
    [SHM.SHM_STAT]: shmStat,
    [SHM.SHM_STAT_ANY]: shmStat,
    [IPC.IPC_INFO]: shmLimits,
    [SHM.SHM_INFO]: shmUse,
  },
  set: shmSet,
};

export const SEM_CTL: Ctl = {
  out: {
    [IPC.IPC_STAT]: semStat,
    [SEM.SEM_STAT]: semStat,
    [SEM.SEM_STAT_ANY]: semStat,
    [IPC.IPC_INFO]: semLimits,
    [SEM.SEM_INFO]: semLimits,
  },
  set: semSet,
};

export const MSG_CTL: Ctl = {
  out: {
    [IPC.IPC_STAT]: msgStat,
    [MSG.MSG_STAT]: msgStat,
    [MSG.MSG_STAT_ANY]: msgStat,
    [IPC.IPC_INFO]: msgLimits,
    [MSG.MSG_INFO]: msgLimits,
  },
  set: msgSet,
};

/** The command, at `at`, of a call that means the new structures. */
function newCommand(call: Call, at: number): number {
  const all = arg(call, at);
  return archOf(call.isa).ctlHasVersion && (all & IPC.IPC_64) === 0 ? -1 : all & ~IPC.IPC_64;
}

/** The argument behind the command. */
export function ctlArgument({ out, set }: Ctl): Formatter {
  return (call, i) => {
    const command = newCommand(call, i - 1);
    const filled = out[command];
    if (filled) return outPointer(filled)(call, i);
    return command === IPC.IPC_SET ? pointer(set)(call, i) : address(arg(call, i));
  };
}

/** What can be shown only when the call has returned: the argument behind the command at `at`. */
export function lateCtl({ out }: Ctl, at: number): (call: Call) => number[] {
  return (call) => (!failed(call) && out[newCommand(call, at)] ? [at + 1] : []);
}
