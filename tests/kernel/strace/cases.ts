import { array, bytes, defineStruct } from '../../../kernel/abi/struct.ts';
import * as S from '../../../kernel/abi/structs.ts';
import { stringToBytes } from '../../../kernel/bytes.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { IMAGE_BASE, type Image, SCRATCH } from './image.ts';

/** A name and its arguments. Those that the ISA does not have are left out. */
export type Case = readonly [name: string, ...args: number[]];

const FILE = 20;
const ROOT = 21;
const DEV_NULL = 22;
const BAD = 99;
const AT_FDCWD = -100;
const BAD_POINTER = 1;

const words = defineStruct('words', { w: array('ulong', 8) });
const pair = defineStruct('pair', { p: array('ptr', 4) });

type Put = Image;

function stringCases(image: Put): Case[] {
  const bytesOf = (text: string): number => image.put(stringToBytes(text));
  const forty = bytesOf('0123456789012345678901234567890123456789');
  return [
    ['write', BAD, bytesOf('a\tb\n\r\v\f\\"\0\x01\x022\xffx'), 15],
    ['write', BAD, bytesOf('\x001\x018x\0a'), 7],
    ['write', BAD, forty, 40],
    ['write', BAD, forty, 32],
    ['write', BAD, forty, 33],
    ['write', BAD, forty, 0],
    ['write', BAD, 0, 5],
    ['write', BAD, BAD_POINTER, 5],
    ['chdir', image.string(`/none/${'a'.repeat(70)}\n\xc3\xa9`)],
    ['chdir', 0],
    ['chdir', BAD_POINTER],
    ['read', FILE, SCRATCH, 5],
    ['read', FILE, SCRATCH, 0],
    ['read', FILE, SCRATCH, 100],
    ['read', BAD, SCRATCH, 5],
    ['pread64', FILE, SCRATCH, 40, 16],
    ['pwrite64', BAD, forty, 3, 7],
    ['readlink', image.string('/proc/self/exe'), SCRATCH, 6],
    ['readlink', image.string('/'), SCRATCH, 100],
    ['readlinkat', AT_FDCWD, image.string('/proc/self/cwd'), SCRATCH, 100],
    ['getcwd', SCRATCH, 100],
    ['getcwd', SCRATCH, 1],
  ];
}

function vectorCases(image: Put, isa: IsaName): Case[] {
  const iov = image.put(pair.encode(isa, { p: [image.string('abc'), 3, image.string('defg'), 4] }));
  const out = image.put(pair.encode(isa, { p: [SCRATCH, 10, SCRATCH + 64, 40] }));
  const long = image.string('0123456789012345678901234567890123456789');
  const argv = image.put(words.encode(isa, { w: [image.string('sh'), image.string('-c'), long, 0] }));
  const empty = image.put(words.encode(isa, {}));
  const x = image.string('x');
  const many = defineStruct('many', { w: array('ptr', 41) });
  const big = image.put(many.encode(isa, { w: Array.from({ length: 40 }, () => x) }));
  const none = image.string('/none');
  return [
    ['writev', BAD, iov, 2],
    ['writev', BAD, iov, 0],
    ['writev', BAD, 0, 2],
    ['readv', BAD, iov, 2],
    ['readv', FILE, out, 2],
    ['execve', none, argv, argv],
    ['execve', none, empty, empty],
    ['execve', none, 0, 0],
    ['execve', none, BAD_POINTER, BAD_POINTER],
    ['execve', none, big, big],
  ];
}

function fileCases(image: Put, isa: IsaName): Case[] {
  const none = image.string('/none/x');
  const file = image.string('/etc/passwd');
  const openFlags = [0, -1, 0x4003, 0o101, 0o1101, 0o2, 0o200000, 0o2200000, 0o4010000, 0o4000000, 0o10000, 0o20000];
  const moreFlags = [0o700000, 0o3000, 0o11600000, 0o20200002, 0o20000000, 0o2014000, 0o50000, 0x8000_0003 | 0];
  const locks = image.put(S.flock.encode(isa, { l_type: 1, l_whence: 2, l_start: -5, l_len: 10, l_pid: 3 }));
  return [
    ...[...openFlags, ...moreFlags].map((flags): Case => ['openat', BAD, none, flags, 0o755]),
    ...openFlags.slice(0, 3).map((flags): Case => ['open', none, flags, 7]),
    ...[7, 0, 15, 8, 4].map((mode): Case => ['access', file, mode]),
    ['faccessat', AT_FDCWD, file, 6],
    ['faccessat2', AT_FDCWD, none, 0, 0x200],
    ['faccessat2', AT_FDCWD, none, 4, 0],
    ['lseek', BAD, -5, 1],
    ['lseek', BAD, 5, 7],
    ['lseek', FILE, 5, 0],
    ['_llseek', FILE, 0, 7, SCRATCH, 0],
    ['_llseek', BAD, 1, 7, SCRATCH, 2],
    ['dup2', BAD, 98],
    ['dup3', BAD, 98, 0o2000000],
    ['dup3', BAD, 98, 1],
    ['pipe2', 0, 0o2044000],
    ['pipe2', 0, 1],
    ['pipe2', SCRATCH, 0],
    ...[0o22, 0, 0o22].map((mask): Case => ['umask', mask]),
    ...[0, 7, 0o1777, 0o644, 0o177777].map((mode): Case => ['mkdir', none, mode]),
    ['chmod', none, 0o4755],
    ['chown', none, -1, 5],
    ['mknod', none, 0o100644, 0x502],
    ['mknod', none, 0o20644, 0x502],
    ['unlinkat', AT_FDCWD, none, 0x200],
    ['unlinkat', 5, none, 0],
    ['linkat', AT_FDCWD, none, AT_FDCWD, none, 0x400],
    ['renameat2', AT_FDCWD, none, AT_FDCWD, none, 1],
    ['close_range', 1000, 2000, 4],
    ['close_range', 1000, 2000, 8],
    ['memfd_create', none, 1],
    ['ftruncate', BAD, 5],
    ...[0, 1, 2, 3, 4, 5, 6, 10, 77, 1030, 1031, 1032].flatMap((command): Case[] => [
      ['fcntl', BAD, command, command === 5 || command === 6 ? locks : 3],
      ['fcntl64', BAD, command, command === 5 || command === 6 ? locks : 3],
    ]),
    ['fcntl', FILE, 1, 0],
    ['fcntl', FILE, 2, 1],
    ['fcntl', FILE, 1, 0],
    ['fcntl', FILE, 3, 0],
    ['fcntl', DEV_NULL, 3, 0],
    ['fcntl', FILE, 5, locks],
    ['fcntl', FILE, 2, 3],
    ['fcntl', BAD, 4, 0o2004001],
    ['flock', BAD, 6],
    ['flock', BAD, 0x20],
    ...[0x5401, 0x5413, 0x541b, 0x5421, 0x5451, 0x540f, 0x5410, 0x9999, 0x80045430, 0x540e, 0x540b, 0x5402].map(
      (command): Case => ['ioctl', BAD, command, SCRATCH],
    ),
    ['ioctl', FILE, 0x541b, SCRATCH],
    ['ioctl', DEV_NULL, 0x5401, SCRATCH],
    ['ioctl', BAD, 0x5414, image.put(S.winsize.encode(isa, { ws_row: 24, ws_col: 80 }))],
    ['ioctl', BAD, 0x5410, image.put(Uint8Array.of(5, 0, 0, 0))],
    [
      'ioctl',
      BAD,
      0x5404,
      image.put(S.termios.encode(isa, { c_iflag: 0x500, c_oflag: 5, c_cflag: 0xbf, c_lflag: 0x8a3b })),
    ],
  ];
}

function statCases(image: Put): Case[] {
  const file = image.string('/etc/passwd');
  const dir = image.string('/tmp');
  const device = image.string('/dev/null');
  const none = image.string('/none');
  const empty = image.string('');
  return [
    ...[file, dir, device, none].flatMap((path): Case[] => [
      ['stat', path, SCRATCH],
      ['lstat', path, SCRATCH],
      ['stat64', path, SCRATCH],
      ['newfstatat', AT_FDCWD, path, SCRATCH, 0x100],
      ['fstatat64', AT_FDCWD, path, SCRATCH, 0],
      ['statx', AT_FDCWD, path, 0, 0xfff, SCRATCH],
    ]),
    ['fstat', FILE, SCRATCH],
    ['fstat64', DEV_NULL, SCRATCH],
    ['newfstatat', FILE, empty, SCRATCH, 0x1000],
    ['statx', FILE, empty, 0x1000, 0x7ff, SCRATCH],
    ['statx', AT_FDCWD, none, 0x2100, 0, SCRATCH],
    ['statx', AT_FDCWD, none, 0x4000, 1, SCRATCH],
    ['getdents64', ROOT, SCRATCH, 200],
    ['getdents', ROOT, SCRATCH, 200],
    ['getdents64', FILE, SCRATCH, 200],
  ];
}

function memoryCases(isa: IsaName): Case[] {
  const types = [0, 1, 2, 3, 4, 15, 0x10, 0x20, 0x22, 0x32, 0x1f, 0x7fffffff, 0x40002 | (21 << 26), 0x1ff942];
  const mmap = isa === 'x86_64' ? 'mmap' : 'mmap2';
  return [
    ...types.map((flags): Case => [mmap, 0, 0, 3, flags, BAD, isa === 'x86_64' ? 0x5000 : 5]),
    [mmap, 0, 4096, 1, 0x22, -1, 0],
    ['brk', 0],
    ['mprotect', 1, 0, 0],
    ['mprotect', 1, 0, 0x0300_000f],
    ['mprotect', 1, 0, 0x80],
    ['mprotect', 1, 0, 0x81],
    ['munmap', 1, 5],
    ['mremap', 1, 2, 3, 7, 5],
    ['mremap', 1, 2, 3, 1, 5],
    ['mremap', 1, 2, 3, 8, 5],
    ['madvise', 1, 0, 4],
    ['madvise', 1, 0, 77],
    ['msync', 1, 5, 7],
    ['msync', 1, 5, 0],
  ];
}

function processCases(image: Put, isa: IsaName): Case[] {
  const clone3 = (flags: number): number =>
    image.put(
      S.cloneArgs.encode(isa, { flags, parent_tid: 0x20, child_tid: 0x30, exit_signal: 17, stack_size: 5, tls: 7 }),
    );
  return [
    ['clone', 0x0020_0800 | 17, 0x1234, 1, 2, 3],
    ['clone', 0x0110_0800, 0x1234, 0, 2, 3],
    ['clone', 0x0800, 0, 0, 0, 0],
    ['clone', 0x0800 | 70, 0, 0, 0, 0],
    ['clone', 0x0008_0800, 0, 0, 1, 1],
    ['clone3', 0, 88],
    ['clone3', clone3(0x0000_4100), 88],
    ['clone3', clone3(0x0138_0000), 64],
    ['clone3', clone3(0x1_0000_0000), 88],
    ['clone3', clone3(5), 88],
    ['clone3', clone3(0), 5],
    ['clone3', clone3(0), 88],
    ['wait4', -1, SCRATCH, 0x6100_000f | 0, SCRATCH],
    ['wait4', 77, 0, 0x2000_0000, 0],
    ['wait4', -1, SCRATCH, 0x100, 0],
    ['wait4', -1, SCRATCH, 1, SCRATCH + 16],
    ['waitid', 1, 77, SCRATCH, 0x0100_0005, SCRATCH],
    ['waitid', 9, 0, 0, 4, 0],
    ...[0, 9, 32, 33, 64, 65, -1].map((signo): Case => ['kill', 12345678, signo]),
    ['tgkill', 1, -5, 6],
    ['getpid'],
    ['getuid'],
    ['sched_yield'],
    ['setuid', -1],
    ['getpgid', 12345678],
    ['getpriority', 0, 0],
    ['getpriority', 9, 0],
    ['getrusage', 0, SCRATCH],
    ['getrusage', -1, SCRATCH],
    ['getrusage', 77, SCRATCH],
    ['set_robust_list', SCRATCH, 5],
    ['rseq', SCRATCH, 32, 0, 0x53053053],
    ['rseq', SCRATCH, 33, 1, 0x53053053],
    ['arch_prctl', 0x1004, SCRATCH],
    ['arch_prctl', 0x1003, SCRATCH],
    ['arch_prctl', 0x77, SCRATCH],
    ['arch_prctl', 0x1001, 0],
  ];
}

function prctlCases(image: Put): Case[] {
  return [
    ['prctl', 15, image.string('hello'), 0, 0, 0],
    ['prctl', 15, image.string('a name that is far too long'), 0, 0, 0],
    ['prctl', 16, SCRATCH, 0, 0, 0],
    ['prctl', 1, 9, 0, 0, 0],
    ['prctl', 2, SCRATCH, 0, 0, 0],
    ['prctl', 1, 0, 0, 0, 0],
    ['prctl', 4, 1, 0, 0, 0],
    ['prctl', 3, 0, 0, 0, 0],
    ['prctl', 39, 0, 0, 0, 0],
    ['prctl', 36, 1, 0, 0, 0],
    ['prctl', 8, 1, 0, 0, 0],
    ['prctl', 99, 1, 2, 3, 4],
  ];
}

function signalCases(image: Put, isa: IsaName): Case[] {
  const mask = (lo: number, hi: number): number => image.put(S.sigset.encode(isa, { sig: [lo, hi] }));
  const action = (values: Parameters<typeof S.sigaction.encode>[1]): number =>
    image.put(S.sigaction.encode(isa, values));
  const stack = (flags: number): number =>
    image.put(S.stackT.encode(isa, { ss_sp: SCRATCH, ss_flags: flags, ss_size: 8192 }));
  const all = mask(0xffff_ffff, 0xffff_ffff);
  const two = action({ sa_handler: 0x1234, sa_flags: 0xfc00_0c07, sa_restorer: 0x99, sa_mask: [0x10000, 0] });
  return [
    ...[mask(0x10000, 0), mask(0x10002, 0), all, mask(0x7fff_ffff, 0xffff_fffe), mask(0, 0), mask(0, 1)].map(
      (set): Case => ['rt_sigprocmask', 2, set, SCRATCH, 8],
    ),
    ['rt_sigprocmask', 1, mask(0x7fff_ffff, 0x3ff), 0, 8],
    ['rt_sigprocmask', 1, mask(0xffff_ffff, 0x3ff), 0, 8],
    ['rt_sigprocmask', 7, all, 0, 8],
    ['rt_sigprocmask', 0, 0, SCRATCH, 8],
    ['rt_sigprocmask', 2, BAD_POINTER, 0, 8],
    ['rt_sigprocmask', 2, 0, SCRATCH, 5],
    ['sigprocmask', 0, mask(0x10000, 0), SCRATCH],
    ['sigprocmask', 2, mask(0, 0), SCRATCH],
    ['rt_sigpending', SCRATCH, 8],
    ['rt_sigaction', 12, two, SCRATCH, 8],
    ['rt_sigaction', 12, 0, SCRATCH, 8],
    ['rt_sigaction', 12, action({ sa_handler: 1, sa_flags: 0x1000_0000 }), SCRATCH, 8],
    ['rt_sigaction', 12, action({ sa_flags: 0x200 }), SCRATCH, 8],
    ['rt_sigaction', 9, action({ sa_handler: 5, sa_mask: [0, 4] }), 0, 8],
    ['rt_sigaction', 99, 0, 1, 8],
    ['sigaction', 12, image.put(S.oldSigaction.encode(isa, { sa_handler: 1, sa_mask: 0x12345 })), SCRATCH],
    ['sigaction', 12, image.put(S.oldSigaction.encode(isa, { sa_handler: 0x55, sa_flags: 0x0400_0000 })), SCRATCH],
    ['sigaltstack', 0, SCRATCH],
    ['sigaltstack', stack(0), SCRATCH],
    ['sigaltstack', stack(2), SCRATCH],
    ['sigaltstack', stack(0x8000_0007 | 0), SCRATCH],
  ];
}

function timeCases(image: Put, isa: IsaName): Case[] {
  const time = (tv_sec: number, tv_nsec: number): number => image.put(S.timespec.encode(isa, { tv_sec, tv_nsec }));
  const poll = (...fds: [number, number][]): number => {
    const list = defineStruct('list', { fds: array(S.pollfd, 4) });
    return image.put(list.encode(isa, { fds: fds.map(([fd, events]) => ({ fd, events })) }));
  };
  const timer = image.put(S.itimerval.encode(isa, {}));
  return [
    ['nanosleep', time(0, 1000), 0],
    ['nanosleep', time(0, -5), SCRATCH],
    ['nanosleep', 0, 0],
    ['clock_nanosleep', 0, 1, time(0, 1), 0],
    ['clock_nanosleep', 1, 0, time(0, 1), SCRATCH],
    ['clock_nanosleep', 1, 2, time(-1, 1), SCRATCH],
    ['clock_gettime', 1, SCRATCH],
    ['clock_gettime', 99, SCRATCH],
    ['clock_gettime64', 0, SCRATCH],
    ['gettimeofday', SCRATCH, 0],
    ['gettimeofday', SCRATCH, SCRATCH + 64],
    ['setitimer', 0, timer, SCRATCH],
    ['getitimer', 2, SCRATCH],
    ['getitimer', 9, SCRATCH],
    ['time', 0],
    ['time', SCRATCH],
    ['times', SCRATCH],
    ['times', 0],
    ['poll', poll([FILE, 5], [BAD, 0x4001]), 2, 1000],
    ['poll', poll([FILE, 2], [-1, 1]), 2, 0],
    ['poll', poll(), 0, 0],
    ['poll', 0, 3, 0],
    ['poll', 0, 0, 1],
    ['ppoll', poll([FILE, 5]), 1, time(5, 0), 0, 8],
    ['ppoll', poll([FILE, 2]), 1, time(0, 5), image.put(S.sigset.encode(isa, { sig: [2, 0] })), 8],
    ['futex', SCRATCH, 0, 99, 0],
    ['futex', SCRATCH, 128, 99, time(0, 1)],
    ['futex', SCRATCH, 129, 1, 0],
    ['futex', SCRATCH, 3, 1, 2, SCRATCH, 0],
    ['futex', SCRATCH, 4, 1, 2, SCRATCH, 99],
    ['futex', SCRATCH, 5, 1, 2, SCRATCH, 0x1234_5678],
    ['futex', SCRATCH, 9 | 128 | 256, 99, 0, 0, -1],
    ['futex', SCRATCH, 10, 1, 0, 0, 5],
    ['futex', SCRATCH, 77, 1, 0, 0, 5],
    ['futex', SCRATCH, 7, 1, 0, 0, 5],
  ];
}

function systemCases(image: Put, isa: IsaName): Case[] {
  const limits = (rlim_cur: number, rlim_max: number): number =>
    image.put(S.rlimit64.encode(isa, { rlim_cur, rlim_max }));
  const desc = (entry_number: number, flags: number): number =>
    image.put(S.userDesc.encode(isa, { entry_number, base_addr: 0x1234000, limit: 0xfffff, flags }));
  return [
    ['uname', SCRATCH],
    ['sysinfo', SCRATCH],
    ['sysinfo', BAD_POINTER],
    ['prlimit64', 0, 3, 0, SCRATCH],
    ['prlimit64', 0, 7, 0, SCRATCH],
    ['prlimit64', 0, 99, limits(1024, Infinity), SCRATCH],
    ['prlimit64', 0, 99, limits(2048, 5000), SCRATCH],
    ['getrlimit', 3, SCRATCH],
    ['getrlimit', 99, SCRATCH],
    ['ugetrlimit', 3, SCRATCH],
    ['setrlimit', 99, image.put(S.rlimit.encode(isa, { rlim_cur: 8192, rlim_max: Infinity }))],
    ['getrandom', SCRATCH, 5, 1],
    ['getrandom', SCRATCH, 40, 0],
    ['getrandom', SCRATCH, 5, 15],
    ['set_thread_area', desc(0xffff_ffff, 0x51)],
    ['set_thread_area', desc(14, 0x51)],
    ['set_thread_area', desc(12, 0x29)],
    ['get_thread_area', desc(14, 0)],
    ['get_thread_area', desc(99, 0)],
    ['set_thread_area', 0],
  ];
}

function descriptorCases(image: Put, isa: IsaName): Case[] {
  const event = (events: number): number => image.put(S.epollEvent.encode(isa, { events, data_low: 7, data_high: 1 }));
  const setting = image.put(S.itimerspec.encode(isa, { it_value: { tv_sec: 100, tv_nsec: 5 } }));
  const notify = (values: Parameters<typeof S.sigevent.encode>[1]): number => {
    const bytes = new Uint8Array(64);
    bytes.set(S.sigevent.encode(isa, values));
    return image.put(bytes);
  };
  const mask = image.put(S.sigset.encode(isa, { sig: [2, 0] }));
  const param = image.put(S.schedParam.encode(isa, { sched_priority: 7 }));
  return [
    ['epoll_create', 0],
    ['epoll_create1', 1],
    ['epoll_create1', 0x80001],
    ['epoll_ctl', BAD, 1, 5, event(0x8000_0001)],
    ['epoll_ctl', BAD, 2, 5, event(1)],
    ['epoll_ctl', BAD, 3, 5, event(0x7000_2fff)],
    ['epoll_ctl', BAD, 9, 5, 0],
    ['epoll_ctl', BAD, 1, 5, BAD_POINTER],
    ['epoll_wait', BAD, SCRATCH, 5, -1],
    ['epoll_pwait', BAD, SCRATCH, 5, 0, mask, 8],
    ['eventfd2', 5, 0x10],
    ['eventfd2', 5, 0x80812],
    ['signalfd', BAD, mask, 8],
    ['signalfd4', BAD, mask, 8, 0x80800],
    ['signalfd4', -1, mask, 8, 3],
    ['timerfd_create', 99, 0x80800],
    ['timerfd_create', 1, 1],
    ['timerfd_settime', BAD, 3, setting, SCRATCH],
    ['timerfd_settime', BAD, 4, setting, 0],
    ['timerfd_gettime', BAD, SCRATCH],
    ['pidfd_open', -1, 0],
    ['pidfd_open', -1, 0x800],
    ['pidfd_getfd', BAD, 5, 1],
    ['timer_create', 1, notify({ sigev_notify: 0, sigev_signo: 10, sigev_value: 0 }), SCRATCH],
    ['timer_create', 1, notify({ sigev_notify: 0, sigev_signo: 99, sigev_value: 0x1234 }), SCRATCH],
    ['timer_create', 0, notify({ sigev_notify: 1, sigev_signo: 10, sigev_value: 5 }), SCRATCH],
    ['timer_create', 0, notify({ sigev_notify: 4, sigev_signo: 10, sigev_notify_thread_id: 5 }), SCRATCH],
    ['timer_create', 0, notify({ sigev_notify: 77, sigev_signo: 10 }), SCRATCH],
    ['timer_create', 0, 0, SCRATCH],
    ['timer_settime', 0, 0, setting, SCRATCH],
    ['timer_settime', 99, 1, setting, 0],
    ['timer_settime', 99, 0, 0, 0],
    ['timer_gettime', 99, SCRATCH],
    ['timer_getoverrun', 0],
    ['timer_delete', 99],
    ['shmget', 0, 0, 0o1600],
    ['shmget', 0x1234, 5, 0],
    ['shmget', 0x1234, 5, 0o12644],
    ['shmat', -1, 0, 0],
    ['shmat', -1, 0x5000, 0o170000],
    ['shmdt', 0x5000],
    ['shmctl', -1, 0, 0],
    ['shmctl', -1, 11, 0],
    // What they tell depends on the host, which is asked just once.
    ...[1, 2, 3, 14].map((command): Case => ['shmctl', -1, command, SCRATCH]),
    ...[1, 2, 3, 19].map((command): Case => ['semctl', -1, 0, command, SCRATCH]),
    ...[1, 2, 3, 12].map((command): Case => ['msgctl', -1, command, SCRATCH]),
    ['shmctl', -1, 3, BAD_POINTER],
    ['mlock', 1, 0],
    ['mlock2', 1, 0, 3],
    ['munlock', 1, 0],
    ['mlockall', 8],
    ['sched_setscheduler', -1, 1, param],
    ['sched_setscheduler', -1, 0x4000_0002, param],
    ['sched_getscheduler', 0],
    ['sched_getparam', 0, SCRATCH],
  ];
}

/** All cases; what they point to is put into the image. */
export function casesFor(isa: IsaName, image: Image): Case[] {
  image.put(bytesOfText());
  return [
    ...stringCases(image),
    ...vectorCases(image, isa),
    ...fileCases(image, isa),
    ...statCases(image),
    ...memoryCases(isa),
    ...processCases(image, isa),
    ...prctlCases(image),
    ...signalCases(image, isa),
    ...timeCases(image, isa),
    ...systemCases(image, isa),
    ...descriptorCases(image, isa),
  ];
}

/** So that reading the image as a file shows text. */
function bytesOfText(): Uint8Array {
  const layout = defineStruct('text', { text: bytes(48) });
  return layout.encode('x86_64', { text: stringToBytes('The quick brown fox\njumps over the lazy dog.\n') });
}

export { IMAGE_BASE };
