import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fields, Struct } from '../../../kernel/abi/struct.ts';
import * as S from '../../../kernel/abi/structs.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { type Group, probe, whyNotHere } from './probe.ts';

/** One of our structures and C's, with the fields whose offsets are compared. */
interface Layout {
  // biome-ignore lint/suspicious/noExplicitAny: structures of all kinds stand in one list
  readonly ours: Struct<any>;
  readonly type: string;
  readonly headers: readonly string[];
  readonly fields: readonly string[];
  /** Ours differs in the spelling of a field: C's name by ours. */
  readonly spelled?: { readonly [ours: string]: string };
  readonly isas?: readonly IsaName[];
}

const TIMES = ['st_atime', 'st_atime_nsec', 'st_mtime', 'st_mtime_nsec', 'st_ctime', 'st_ctime_nsec'];
const STAT = ['st_dev', 'st_ino', 'st_mode', 'st_nlink', 'st_uid', 'st_gid', 'st_rdev', 'st_size', 'st_blksize'];
const STATFS = ['f_type', 'f_bsize', 'f_blocks', 'f_bfree', 'f_bavail', 'f_files', 'f_ffree', 'f_fsid', 'f_namelen'];
const BITS32: readonly IsaName[] = ['i386', 'arm'];
const X86: readonly IsaName[] = ['x86_64', 'i386'];

const LAYOUTS: readonly Layout[] = [
  { ours: S.stat, type: 'struct stat', headers: ['asm/stat.h'], fields: [...STAT, 'st_blocks', ...TIMES] },
  {
    ours: S.stat64,
    type: 'struct stat64',
    headers: ['asm/stat.h'],
    fields: [...STAT, '__st_ino', 'st_blocks', ...TIMES],
    isas: BITS32,
  },
  {
    ours: S.statx,
    type: 'struct statx',
    headers: ['linux/stat.h'],
    fields: [
      'stx_mask',
      'stx_attributes',
      'stx_nlink',
      'stx_mode',
      'stx_ino',
      'stx_size',
      'stx_attributes_mask',
      'stx_atime',
      'stx_mtime',
      'stx_rdev_major',
      'stx_mnt_id',
      'stx_dio_offset_align',
    ],
  },
  { ours: S.timespec, type: 'struct timespec', headers: ['linux/time.h'], fields: ['tv_sec', 'tv_nsec'] },
  {
    ours: S.kernelTimespec,
    type: 'struct __kernel_timespec',
    headers: ['linux/time_types.h'],
    fields: ['tv_sec', 'tv_nsec'],
  },
  { ours: S.timeval, type: 'struct timeval', headers: ['linux/time.h'], fields: ['tv_sec', 'tv_usec'] },
  { ours: S.timezone, type: 'struct timezone', headers: ['linux/time.h'], fields: ['tz_minuteswest', 'tz_dsttime'] },
  { ours: S.itimerval, type: 'struct itimerval', headers: ['linux/time.h'], fields: ['it_interval', 'it_value'] },
  { ours: S.itimerspec, type: 'struct itimerspec', headers: ['linux/time.h'], fields: ['it_interval', 'it_value'] },
  {
    ours: S.tms,
    type: 'struct tms',
    headers: ['linux/times.h'],
    fields: ['tms_utime', 'tms_stime', 'tms_cutime', 'tms_cstime'],
  },
  {
    ours: S.rusage,
    type: 'struct rusage',
    headers: ['linux/resource.h'],
    fields: ['ru_utime', 'ru_stime', 'ru_maxrss', 'ru_minflt', 'ru_nivcsw'],
  },
  { ours: S.rlimit, type: 'struct rlimit', headers: ['linux/resource.h'], fields: ['rlim_cur', 'rlim_max'] },
  { ours: S.rlimit64, type: 'struct rlimit64', headers: ['linux/resource.h'], fields: ['rlim_cur', 'rlim_max'] },
  {
    ours: S.sigaction,
    type: 'struct sigaction',
    headers: ['asm/signal.h'],
    fields: ['sa_flags', 'sa_restorer', 'sa_mask'],
    isas: ['x86_64'],
  },
  {
    ours: S.oldSigaction,
    type: 'struct sigaction',
    headers: ['asm/signal.h'],
    fields: ['sa_mask', 'sa_flags', 'sa_restorer'],
    isas: BITS32,
  },
  { ours: S.stackT, type: 'stack_t', headers: ['asm/signal.h'], fields: ['ss_sp', 'ss_flags', 'ss_size'] },
  { ours: S.iovec, type: 'struct iovec', headers: ['linux/uio.h'], fields: ['iov_base', 'iov_len'] },
  { ours: S.pollfd, type: 'struct pollfd', headers: ['asm/poll.h'], fields: ['fd', 'events', 'revents'] },
  {
    ours: S.flock,
    type: 'struct flock',
    headers: ['linux/fcntl.h'],
    fields: ['l_type', 'l_whence', 'l_start', 'l_len', 'l_pid'],
  },
  {
    ours: S.flock64,
    type: 'struct flock64',
    headers: ['linux/fcntl.h'],
    fields: ['l_type', 'l_whence', 'l_start', 'l_len', 'l_pid'],
    isas: BITS32,
  },
  {
    ours: S.termios,
    type: 'struct termios',
    headers: ['asm/termbits.h'],
    fields: ['c_iflag', 'c_oflag', 'c_cflag', 'c_lflag', 'c_line', 'c_cc'],
  },
  {
    ours: S.winsize,
    type: 'struct winsize',
    headers: ['asm/termios.h'],
    fields: ['ws_row', 'ws_col', 'ws_xpixel', 'ws_ypixel'],
  },
  {
    ours: S.utsname,
    type: 'struct new_utsname',
    headers: ['linux/utsname.h'],
    fields: ['sysname', 'nodename', 'release', 'version', 'machine', 'domainname'],
  },
  {
    ours: S.sysinfo,
    type: 'struct sysinfo',
    headers: ['linux/sysinfo.h'],
    fields: ['uptime', 'loads', 'totalram', 'freeswap', 'procs', 'totalhigh', 'freehigh', 'mem_unit'],
  },
  {
    ours: S.statfs,
    type: 'struct statfs',
    headers: ['asm/statfs.h'],
    fields: [...STATFS, 'f_frsize', 'f_flags', 'f_spare'],
  },
  {
    ours: S.statfs64,
    type: 'struct statfs64',
    headers: ['asm/statfs.h'],
    fields: [...STATFS, 'f_frsize', 'f_flags', 'f_spare'],
    isas: BITS32,
  },
  {
    ours: S.userDesc,
    type: 'struct user_desc',
    headers: ['asm/ldt.h'],
    fields: ['entry_number', 'base_addr', 'limit'],
    isas: X86,
  },
  {
    ours: S.cloneArgs,
    type: 'struct clone_args',
    headers: ['linux/sched.h'],
    fields: [
      'flags',
      'pidfd',
      'child_tid',
      'parent_tid',
      'exit_signal',
      'stack',
      'stack_size',
      'tls',
      'set_tid',
      'set_tid_size',
      'cgroup',
    ],
  },
  {
    ours: S.robustListHead,
    type: 'struct robust_list_head',
    headers: ['linux/futex.h'],
    fields: ['next', 'futex_offset', 'list_op_pending'],
    spelled: { next: 'list' },
  },
  {
    ours: S.kernelItimerspec,
    type: 'struct __kernel_itimerspec',
    headers: ['linux/time_types.h'],
    fields: ['it_interval', 'it_value'],
  },
  {
    ours: S.timex,
    type: 'struct timex',
    headers: ['linux/time.h', 'linux/timex.h'],
    fields: ['modes', 'offset', 'status', 'tolerance', 'time', 'tick', 'shift', 'stabil', 'stbcnt', 'tai'],
    isas: ['x86_64'],
  },
  {
    ours: S.kernelTimex,
    type: 'struct __kernel_timex',
    headers: ['linux/timex.h'],
    fields: ['modes', 'offset', 'status', 'tolerance', 'time', 'tick', 'shift', 'stabil', 'stbcnt', 'tai'],
  },
  {
    ours: S.epollEvent,
    type: 'struct epoll_event',
    headers: ['linux/eventpoll.h'],
    fields: ['events', 'data_low'],
    spelled: { data_low: 'data' },
  },
  {
    ours: S.signalfdSiginfo,
    type: 'struct signalfd_siginfo',
    headers: ['linux/signalfd.h'],
    fields: ['ssi_signo', 'ssi_tid', 'ssi_overrun', 'ssi_status', 'ssi_int', 'ssi_ptr', 'ssi_addr', 'ssi_arch'],
  },
  {
    ours: S.shmid64Ds,
    type: 'struct shmid64_ds',
    headers: ['linux/types.h', 'linux/ipc.h', 'asm/shmbuf.h'],
    fields: ['shm_perm', 'shm_segsz', 'shm_atime', 'shm_dtime', 'shm_ctime', 'shm_cpid', 'shm_lpid', 'shm_nattch'],
  },
  {
    ours: S.shminfo64,
    type: 'struct shminfo64',
    headers: ['linux/types.h', 'linux/ipc.h', 'asm/shmbuf.h'],
    fields: ['shmmax', 'shmall'],
  },
  {
    ours: S.shmInfo,
    type: 'struct shm_info',
    headers: ['linux/shm.h'],
    fields: ['used_ids', 'shm_tot', 'swap_successes'],
  },
  {
    ours: S.semid64Ds,
    type: 'struct semid64_ds',
    headers: ['linux/types.h', 'linux/ipc.h', 'asm/sembuf.h'],
    fields: ['sem_perm', 'sem_otime', 'sem_ctime', 'sem_nsems'],
  },
  {
    ours: S.sembuf,
    type: 'struct sembuf',
    headers: ['linux/sem.h'],
    fields: ['sem_num', 'sem_op', 'sem_flg'],
  },
  { ours: S.seminfo, type: 'struct seminfo', headers: ['linux/sem.h'], fields: ['semmap', 'semusz', 'semaem'] },
  {
    ours: S.msqid64Ds,
    type: 'struct msqid64_ds',
    headers: ['linux/types.h', 'linux/ipc.h', 'asm/msgbuf.h'],
    fields: ['msg_perm', 'msg_stime', 'msg_rtime', 'msg_ctime', 'msg_qnum', 'msg_qbytes', 'msg_lspid', 'msg_lrpid'],
  },
  {
    ours: S.futexWaitv,
    type: 'struct futex_waitv',
    headers: ['linux/futex.h'],
    fields: ['val', 'uaddr', 'flags', '__reserved'],
  },
  {
    ours: S.shmidDs,
    type: 'struct shmid_ds',
    headers: ['linux/shm.h'],
    isas: ['i386'],
    fields: ['shm_segsz', 'shm_atime', 'shm_cpid', 'shm_nattch'],
  },
  {
    ours: S.semidDs,
    type: 'struct semid_ds',
    headers: ['linux/sem.h'],
    isas: ['i386'],
    fields: ['sem_otime', 'sem_ctime', 'sem_nsems'],
  },
  {
    ours: S.msqidDs,
    type: 'struct msqid_ds',
    headers: ['linux/msg.h'],
    isas: ['i386'],
    fields: ['msg_stime', 'msg_lqbytes', 'msg_cbytes', 'msg_lrpid'],
  },
  { ours: S.msginfo, type: 'struct msginfo', headers: ['linux/msg.h'], fields: ['msgpool', 'msgtql', 'msgseg'] },
];

const SIGINFO: { readonly [c: string]: (isa: IsaName) => number } = {
  si_signo: (isa) => S.siginfoMembers.head.offsetOf(isa, 'si_signo'),
  si_errno: (isa) => S.siginfoMembers.head.offsetOf(isa, 'si_errno'),
  si_code: (isa) => S.siginfoMembers.head.offsetOf(isa, 'si_code'),
  si_pid: (isa) => member(isa, S.siginfoMembers.kill, 'si_pid'),
  si_uid: (isa) => member(isa, S.siginfoMembers.kill, 'si_uid'),
  si_value: (isa) => member(isa, S.siginfoMembers.rt, 'si_value'),
  si_overrun: (isa) => member(isa, S.siginfoMembers.timer, 'si_overrun'),
  si_status: (isa) => member(isa, S.siginfoMembers.sigchld, 'si_status'),
  si_utime: (isa) => member(isa, S.siginfoMembers.sigchld, 'si_utime'),
  si_stime: (isa) => member(isa, S.siginfoMembers.sigchld, 'si_stime'),
  si_addr: (isa) => member(isa, S.siginfoMembers.sigfault, 'si_addr'),
  si_band: (isa) => member(isa, S.siginfoMembers.sigpoll, 'si_band'),
  si_fd: (isa) => member(isa, S.siginfoMembers.sigpoll, 'si_fd'),
};

function member<F extends Fields>(isa: IsaName, layout: Struct<F>, field: keyof F & string): number {
  return S.siginfoMembers.unionOffset(isa) + layout.offsetOf(isa, field);
}

function on(isa: IsaName): Layout[] {
  return LAYOUTS.filter(({ isas }) => isas === undefined || isas.includes(isa));
}

/** `struct stat.st_size` → offset, `sizeof(struct stat)` → size. */
function oursOf(isa: IsaName): [string, number][] {
  const structs = on(isa).flatMap(({ ours, type, fields, spelled }): [string, number][] => [
    [`sizeof(${type})`, ours.size(isa)],
    ...fields.map((field): [string, number] => [offsetof(type, spelled?.[field] ?? field), ours.offsetOf(isa, field)]),
  ]);
  const info = Object.entries(SIGINFO).map(([field, at]): [string, number] => [offsetof('siginfo_t', field), at(isa)]);
  return [...structs, ['sizeof(siginfo_t)', S.SIGINFO_BYTES], ...info];
}

function offsetof(type: string, field: string): string {
  return `__builtin_offsetof(${type}, ${field})`;
}

function asked(isa: IsaName): Group[] {
  const structs = on(isa).map(({ type, fields, spelled, headers }) => ({
    headers,
    expressions: [`sizeof(${type})`, ...fields.map((field) => offsetof(type, spelled?.[field] ?? field))],
  }));
  const fields = Object.keys(SIGINFO).map((field) => offsetof('siginfo_t', field));
  return [...structs, { headers: ['asm/siginfo.h'], expressions: ['sizeof(siginfo_t)', ...fields] }];
}

function answers(isa: IsaName): { [expression: string]: number } {
  const maps = probe(isa, asked(isa));
  return Object.fromEntries(maps.flatMap((map) => [...map].map(([name, value]) => [name, Number(value)])));
}

describe.each<IsaName>(['x86_64', 'i386'])('structures on %s', (isa) => {
  const reason = whyNotHere(isa);
  it.skipIf(reason !== null)(`sizes and offsets are those of Linux's headers${reason ? ` (${reason})` : ''}`, () => {
    expect(Object.fromEntries(oursOf(isa))).toEqual(answers(isa));
  });
});

describe('structures on arm', () => {
  /** From linux-libc-dev-armhf-cross 6.1.4, by clang. UPDATE_GOLDEN=1 FORKSCOPE_ARM_HEADERS=… asks the headers again. */
  const golden = new URL('arm-layout.json', import.meta.url);

  it("sizes and offsets are those of Linux's headers", () => {
    if (process.env.UPDATE_GOLDEN === '1' && whyNotHere('arm') === null)
      writeFileSync(golden, `${JSON.stringify(answers('arm'), null, 2)}\n`);
    expect(Object.fromEntries(oursOf('arm'))).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});
