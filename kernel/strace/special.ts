import { CLOSE_RANGE_CLOEXEC, CLOSE_RANGE_UNSHARE } from '../abi/close_range.ts';
import { ERESTART_RESTARTBLOCK } from '../abi/errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT } from '../abi/fs.ts';
import { PATH_MAX } from '../abi/limits.ts';
import * as memfd from '../abi/memfd.ts';
import { MREMAP_DONTUNMAP, MREMAP_FIXED } from '../abi/mman.ts';
import { ARCH_GET_FS, ARCH_GET_GS } from '../abi/prctl.ts';
import { GRND_INSECURE, GRND_NONBLOCK, GRND_RANDOM } from '../abi/random.ts';
import { SS_AUTODISARM, SS_DISABLE, SS_ONSTACK } from '../abi/signal.ts';
import { S_IFMT, S_ISBLK, S_ISCHR } from '../abi/stat.ts';
import { mmapArgStruct } from '../abi/structs/process.ts';
import { stackT } from '../abi/structs/signal.ts';
import { tms } from '../abi/structs/time.ts';
import { readU32, readU64 } from '../bytes.ts';
import { FORMATTERS, flagsOf, pathArg, valueIn } from './args.ts';
import {
  address,
  arg,
  type Call,
  clockTicks,
  decimal,
  type Formatter,
  failed,
  hex,
  outPointer,
  pointer,
} from './call.ts';
import { CLONE, CLONE3, chosenEntry } from './clone.ts';
import { DESCRIPTOR_SPECIALS } from './descriptors.ts';
import { createsFile, fcntlArgument, fcntlLate, fcntlResult, fcntlShown } from './fcntl.ts';
import { futex64Arguments, futexArguments, futexShown } from './futex.ts';
import { ioctlArgument, ioctlLate, ioctlShown } from './ioctl.ts';
import { IPC_SPECIALS } from './ipc.ts';
import { prctlArgument, prctlLate, prctlNote, prctlShown } from './prctl.ts';
import { quoteBuffer, quoteHex, quoteString } from './quote.ts';
import { sigsetText } from './signals.ts';
import * as show from './structs.ts';
import { SYSV_SPECIALS } from './sysv.ts';
import * as T from './tables.ts';
import { flags, value, xlat } from './xlat.ts';

/** Calls that strace shows in another way than their kinds of arguments say. */
export interface Special {
  /** Formatters in place of those of the kinds, by index. */
  readonly args?: { readonly [index: number]: Formatter };
  /** Which arguments are shown, in which order; all when absent. */
  readonly shown?: (call: Call) => readonly number[];
  /** Those to be shown as the call ends, besides what the kinds say. */
  readonly late?: (call: Call) => readonly number[];
  /** The comma before the late arguments comes with them. */
  readonly lateComma?: true;
  /** The late arguments bring what stands before them. */
  readonly lateBare?: true;
  /** Text behind the equals sign, null for the usual. */
  readonly result?: (call: Call) => string | null;
  /** Text behind the usual result. */
  readonly note?: (call: Call) => string;
  /** What the call returned when its handler has set the registers itself: 0, or what stands in the result register. */
  readonly noResult?: 'zero' | 'register';
}

const OPEN_AT: Special = { shown: (call) => (createsFile(call.isa, arg(call, 2)) ? [0, 1, 2, 3] : [0, 1, 2]) };

/** The remaining time is written only when a signal has interrupted the sleep. */
function remaining(kind: 'outtimespec' | 'outtimespec64'): Formatter {
  return (call, i) => (call.result === -ERESTART_RESTARTBLOCK ? FORMATTERS[kind](call, i) : address(arg(call, i)));
}

/** Of an entry that there is not, the number alone. */
const threadArea: Formatter = pointer((call, addr) => {
  const bytes = failed(call) ? call.memory.read(addr, 4) : null;
  return bytes ? `{entry_number=${readU32(bytes, 0) | 0}, ...}` : show.showUserDesc(call, addr);
});

const LATE = {
  second: () => [1],
  third: () => [2],
  fourth: () => [3],
};

function clockNanosleep(kind: 'outtimespec' | 'outtimespec64'): Special {
  return { args: { 1: flagsOf(T.CLOCK_NANOSLEEP_FLAGS, 'TIMER_???'), 3: remaining(kind) }, late: LATE.fourth };
}

/** FASYNC and the like have no names of their own here: pipe2 and dup3 take three flags. */
const fdFlags: Formatter = (call, i) => flags(T.openFlagNames(call.isa), arg(call, i) >>> 0, 'O_???');

const mmapOffset: Formatter = (call, i) => hex(arg(call, i));
const mmap2Offset: Formatter = (call, i) => hex(arg(call, i) * 4096);

/** i386's first mmap has its arguments in memory. */
const oldMmap: Formatter = pointer((call, addr) => {
  const bytes = call.memory.read(addr, mmapArgStruct.size(call.isa));
  if (!bytes) return null;
  const m = mmapArgStruct.decode(call.isa, bytes);
  const inner: Call = { ...call, args: [m.addr, m.len, m.prot, m.flags, m.fd | 0, m.offset] };
  const kinds = ['ptr', 'size', 'prot', 'mapflags', 'fd', 'hex'] as const;
  return kinds.map((kind, i) => FORMATTERS[kind](inner, i)).join(', ');
});

const SS_FLAGS = xlat({ SS_ONSTACK, SS_DISABLE, SS_AUTODISARM });
const showStack = show.showStruct(
  stackT,
  (ss) =>
    `{ss_sp=${address(ss.ss_sp)}, ss_flags=${flags(SS_FLAGS, ss.ss_flags >>> 0, 'SS_???')}, ss_size=${decimal(ss.ss_size)}}`,
);

const TMS_FIELDS = ['tms_utime', 'tms_stime', 'tms_cutime', 'tms_cstime'] as const;
const showTms = show.showStruct(tms, (t) => `{${TMS_FIELDS.map((f) => `${f}=${clockTicks(t[f])}`).join(', ')}}`);

const showTimezone = (call: Call, addr: number): string | null => {
  const bytes = call.memory.read(addr, 8);
  return bytes && `{tz_minuteswest=${readU32(bytes, 0) | 0}, tz_dsttime=${readU32(bytes, 4) | 0}}`;
};

/** `2023-11-14T22:13:20+0000`. */
function dateText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}+0000`;
}

function pollNote(call: Call): string {
  if (call.result === 0) return ' (Timeout)';
  return failed(call) ? '' : ` (${show.pollResults(call, arg(call, 0), arg(call, 1))})`;
}

/** ppoll and ppoll_time64 write back the time that is left. */
function ppollNote(showTime: show.Show): (call: Call) => string {
  return (call) => {
    if (failed(call) || call.result === 0) return pollNote(call);
    const left = arg(call, 2) === 0 ? null : showTime(call, arg(call, 2));
    const ready = show.pollResults(call, arg(call, 0), arg(call, 1));
    return left === null ? ` (${ready})` : ` (${ready}, left ${left})`;
  };
}

const mknodMode: Formatter = (call, i) => show.symbolicMode(arg(call, i) >>> 0);
const mknodDev: Formatter = (call, i) => show.makedev(arg(call, i));
function mknodShown(first: number): (call: Call) => readonly number[] {
  const all = Array.from({ length: first + 3 }, (_, i) => i);
  return (call) => {
    const mode = arg(call, first + 1) & S_IFMT;
    return S_ISCHR(mode) || S_ISBLK(mode) ? all : all.slice(0, -1);
  };
}

const MEMFD_FLAGS = xlat({ MFD_CLOEXEC: memfd.MFD_CLOEXEC, MFD_ALLOW_SEALING: memfd.MFD_ALLOW_SEALING });
const RENAME_FLAGS = xlat({ RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT });
const RANDOM_FLAGS = xlat({ GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE });
const CLOSE_RANGE_FLAGS = xlat({ CLOSE_RANGE_UNSHARE, CLOSE_RANGE_CLOEXEC });

/** How to synchronize comes first, then the flags. */
const statxFlags: Formatter = (call, i) => {
  const all = arg(call, i) >>> 0;
  const rest = (all & ~0x6000) >>> 0;
  const sync = value(T.STATX_SYNC, all & 0x6000, 'AT_STATX_???');
  return rest === 0 ? sync : `${sync}|${flags(T.AT_FLAGS, rest, 'AT_???')}`;
};

/** Two halves of an offset are shown as one. */
const llseekOffset: Formatter = (call, i) => String((arg(call, i) | 0) * 0x1_0000_0000 + arg(call, i + 1));
const showOffset = (call: Call, addr: number): string | null => {
  const bytes = call.memory.read(addr, 8);
  return bytes && `[${decimal(readU64(bytes, 0))}]`;
};

const SIGRETURN: Special = {
  args: { 0: (call) => `{mask=${sigsetText(call.blocked)}}` },
  shown: () => [0],
  late: () => [0],
  noResult: 'register',
};

const archPrctl: Formatter = (call, i) => {
  const code = arg(call, 0);
  if (code === ARCH_GET_FS || code === ARCH_GET_GS)
    return outPointer((_, addr) => {
      const bytes = call.memory.read(addr, 8);
      return bytes && `[${address(readU64(bytes, 0))}]`;
    })(call, i);
  return hex(arg(call, i));
};

const ITIMER: Special = {
  args: { 0: valueIn(T.ITIMERS, 'ITIMER_???'), 1: pointer(show.showItimerval), 2: outPointer(show.showItimerval) },
  late: LATE.third,
};

const FUTEX: Special = { args: futexArguments, shown: futexShown };
const FCNTL: Special = { args: { 2: fcntlArgument }, shown: fcntlShown, late: fcntlLate, result: fcntlResult };
const UMASK_RESULT = (call: Call): string | null =>
  failed(call) ? null : FORMATTERS.mode({ ...call, args: [call.result ?? 0] }, 0);

export const SPECIALS: ReadonlyMap<string, Special> = new Map<string, Special>([
  ['open', { shown: (call) => (createsFile(call.isa, arg(call, 1)) ? [0, 1, 2] : [0, 1]) }],
  ['openat', OPEN_AT],
  ['pipe2', { args: { 1: fdFlags } }],
  ['dup3', { args: { 2: fdFlags } }],
  ['fcntl', FCNTL],
  ['fcntl64', FCNTL],
  ['ioctl', { args: { 2: ioctlArgument }, shown: ioctlShown, late: ioctlLate }],
  ['flock', { args: { 1: flagsOf(T.FLOCK_OPERATIONS, 'LOCK_???') } }],
  ['_llseek', { args: { 1: llseekOffset, 3: outPointer(showOffset) }, shown: () => [0, 1, 3, 4], late: LATE.fourth }],
  ['mknod', { args: { 1: mknodMode, 2: mknodDev }, shown: mknodShown(0) }],
  ['mknodat', { args: { 2: mknodMode, 3: mknodDev }, shown: mknodShown(1) }],
  ['umask', { result: UMASK_RESULT }],
  ['getcwd', { args: { 0: outPointer((call, addr) => quoteString(call, addr, PATH_MAX)) }, late: () => [0] }],
  ['faccessat2', { args: { 3: flagsOf(T.FACCESSAT_FLAGS, 'AT_???') } }],
  ['renameat2', { args: { 4: flagsOf(RENAME_FLAGS, 'RENAME_???') } }],
  ['statx', { args: { 2: statxFlags, 3: flagsOf(show.STATX_MASKS, 'STATX_???') } }],
  ['close_range', { args: { 2: flagsOf(CLOSE_RANGE_FLAGS, 'CLOSE_RANGE_???') } }],
  ['memfd_create', { args: { 0: pathArg, 1: flagsOf(MEMFD_FLAGS, 'MFD_???') } }],
  ['poll', { note: pollNote }],
  ['ppoll', { note: ppollNote(show.showTimespec) }],
  ['ppoll_time64', { note: ppollNote(show.showTimespec64) }],

  ['mmap', { args: { 0: (call, i) => (call.args.length === 1 ? oldMmap : FORMATTERS.ptr)(call, i), 5: mmapOffset } }],
  ['mmap2', { args: { 5: mmap2Offset } }],
  [
    'mremap',
    {
      args: { 3: flagsOf(T.MREMAP_FLAGS, 'MREMAP_???'), 4: (call, i) => hex(arg(call, i)) },
      shown: (call) => (arg(call, 3) & (MREMAP_FIXED | MREMAP_DONTUNMAP) ? [0, 1, 2, 3, 4] : [0, 1, 2, 3]),
    },
  ],
  ['msync', { args: { 2: flagsOf(T.MSYNC_FLAGS, 'MS_???') } }],
  ['mlockall', { args: { 0: flagsOf(T.MLOCKALL_FLAGS, 'MCL_???') } }],

  ['clone', CLONE],
  ['clone3', CLONE3],
  ['execve', { noResult: 'zero' }],
  ['execveat', { noResult: 'zero' }],
  ['wait4', { args: { 3: (call, i) => (call.result === 0 ? address(arg(call, i)) : FORMATTERS.rusage(call, i)) } }],
  ['waitid', { args: { 0: valueIn(T.WAITID_TYPES, 'P_???') } }],
  ['sigprocmask', { args: { 1: FORMATTERS.sigset, 2: FORMATTERS.outsigset }, late: LATE.third }],
  ['sigaction', { args: { 1: FORMATTERS.sigaction, 2: FORMATTERS.outsigaction }, late: LATE.third }],
  ['sigreturn', SIGRETURN],
  ['rt_sigreturn', SIGRETURN],
  ['sigaltstack', { args: { 0: pointer(showStack), 1: outPointer(showStack) }, late: LATE.second }],
  ['set_thread_area', { note: chosenEntry }],
  ['get_thread_area', { args: { 0: threadArea }, late: () => [0] }],
  [
    'arch_prctl',
    { args: { 1: archPrctl }, late: (call) => ([ARCH_GET_FS, ARCH_GET_GS].includes(arg(call, 0)) ? [1] : []) },
  ],
  [
    'prctl',
    {
      args: { 1: prctlArgument, 2: prctlArgument, 3: prctlArgument, 4: prctlArgument },
      shown: prctlShown,
      late: prctlLate,
      note: prctlNote,
    },
  ],
  ['rseq', { shown: () => [0, 1, 2, 3], args: { 1: FORMATTERS.hex, 2: FORMATTERS.hex, 3: FORMATTERS.hex } }],
  ['futex', FUTEX],
  ['futex_time64', { ...FUTEX, args: futex64Arguments }],
  ['getrusage', { args: { 0: valueIn(T.RUSAGE_WHO, 'RUSAGE_???') } }],
  ['getpriority', { args: { 0: valueIn(T.PRIORITY_WHICH, 'PRIO_???') } }],
  ['setpriority', { args: { 0: valueIn(T.PRIORITY_WHICH, 'PRIO_???') } }],
  ['getrandom', { args: { 0: randomBytes(), 2: flagsOf(RANDOM_FLAGS, 'GRND_???') } }],

  ['nanosleep', { args: { 1: remaining('outtimespec') }, late: LATE.second }],
  ['clock_nanosleep', clockNanosleep('outtimespec')],
  ['clock_nanosleep_time64', clockNanosleep('outtimespec64')],
  ['gettimeofday', { args: { 1: outPointer(showTimezone) }, late: LATE.second }],
  ['setitimer', ITIMER],
  [
    'getitimer',
    { args: { 0: valueIn(T.ITIMERS, 'ITIMER_???'), 1: outPointer(show.showItimerval) }, late: LATE.second },
  ],
  ['times', { args: { 0: outPointer(showTms) }, late: () => [0] }],
  [
    'time',
    {
      args: { 0: timeResult() },
      late: () => [0],
      note: (call) => (failed(call) ? '' : ` (${dateText(call.result ?? 0)})`),
    },
  ],
  ...DESCRIPTOR_SPECIALS,
  ...IPC_SPECIALS,
  ...SYSV_SPECIALS,
]);

function randomBytes(): Formatter {
  return outPointer((call, addr) => quoteBuffer(call, addr, call.result ?? 0, quoteHex));
}

function timeResult(): Formatter {
  return outPointer((call) => `[${call.result} /* ${dateText(call.result ?? 0)} */]`);
}
