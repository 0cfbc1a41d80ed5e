import { PATH_MAX } from '../abi/limits.ts';
import { _NSIG } from '../abi/signal.ts';
import { longBytes } from '../abi/struct.ts';
import { readU32, readU64 } from '../bytes.ts';
import type { ArgKind } from '../syscalls/row.ts';
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
import { openFlags } from './fcntl.ts';
import { futexOperation } from './futex.ts';
import { ioctlCommand } from './ioctl.ts';
import { quoteBuffer, quoteString } from './quote.ts';
import { inSigset, showSigaction, showSigset, signalNumber, statusText } from './signals.ts';
import * as show from './structs.ts';
import * as T from './tables.ts';
import { flags, value, type Xlat } from './xlat.ts';

/** One formatter for each kind of argument; see ARG_WIDTH for the kinds. */

const signed: Formatter = (call, i) => String(arg(call, i));
const plain: Formatter = (call, i) => decimal(arg(call, i));
const pointerArg: Formatter = (call, i) => address(arg(call, i));
/** -1 means "leave it". */
const id: Formatter = (call, i) => (arg(call, i) === -1 ? '-1' : String(arg(call, i) >>> 0));

export function valueIn(table: Xlat, unknown: string): Formatter {
  return (call, i) => value(table, arg(call, i), unknown);
}

export function flagsOf(table: Xlat, unknown: string): Formatter {
  return (call, i) => flags(table, arg(call, i), unknown);
}

/** s32 flags as the 32 bits that they are. */
function flags32Of(table: Xlat, unknown: string): Formatter {
  return (call, i) => flags(table, arg(call, i) >>> 0, unknown);
}

const dirfd: Formatter = (call, i) => (arg(call, i) === -100 ? 'AT_FDCWD' : String(arg(call, i)));
export const pathArg: Formatter = (call, i) => quoteString(call, arg(call, i), PATH_MAX - 1);

const HUGE_SHIFT = 26;
/** Type, flags, and the page size of MAP_HUGETLB as a shift. */
const mapFlags: Formatter = (call, i) => {
  const all = arg(call, i);
  const huge = Math.floor(all / 2 ** HUGE_SHIFT) & 0x3f;
  const rest = (all & (2 ** HUGE_SHIFT - 1) & ~0xf) >>> 0;
  const parts = [value(T.MAP_TYPES, all & 0xf, 'MAP_???')];
  if (rest !== 0) parts.push(flags(T.MAP_FLAGS[call.isa], rest, 'MAP_???').replace(/ \/\*.*/, ''));
  if (huge !== 0) parts.push(`${huge}<<MAP_HUGE_SHIFT`);
  return parts.join('|');
};

/** The low byte is the exit signal. */
export const cloneFlags: Formatter = (call, i) => {
  const all = arg(call, i);
  const signo = all & 0xff;
  const rest = (all & ~0xff) >>> 0;
  const parts = rest === 0 ? [] : [flags(T.CLONE_FLAGS, rest, 'CLONE_???')];
  if (signo !== 0) parts.push(signo <= _NSIG ? signalNumber({ ...call, args: [signo] }, 0) : String(signo));
  return parts.join('|') || '0';
};

/** The next `size` argument. */
function sizeBehind(call: Call, i: number): number {
  const at = call.kinds.indexOf('size', i + 1);
  return arg(call, at < 0 ? i + 1 : at);
}

/** `["sh", "-c", "…"]`: ends at a null pointer. */
function showArgv(call: Call, addr: number): string | null {
  const shown: string[] = [];
  const word = longBytes(call.isa);
  for (let i = 0; ; i++) {
    const at = addr + i * word;
    const string = readWord(call, at);
    if (string === null && i === 0) return null;
    if (string === 0) break;
    if (string === null || i >= call.maxString) {
      shown.push(string === null ? `... /* ${hex(at)} */` : '...');
      break;
    }
    shown.push(quoteString(call, string));
  }
  return `[${shown.join(', ')}]`;
}

function readWord(call: Call, addr: number): number | null {
  const bytes = call.memory.read(addr, longBytes(call.isa));
  return bytes && (bytes.length === 8 ? readU64(bytes, 0) : readU32(bytes, 0));
}

/** The address, and how many there are in a comment. */
function showEnvp(call: Call, addr: number): string | null {
  let count = 0;
  for (let word = readWord(call, addr); word !== 0; word = readWord(call, addr + count * longBytes(call.isa))) {
    if (word === null && count === 0) return null;
    if (word === null) return `${hex(addr)} /* ${count} vars, unterminated */`;
    count++;
  }
  return `${hex(addr)} /* ${count} var${count === 1 ? '' : 's'} */`;
}

/** Pieces of the `result` bytes that were read, each in its own buffer. */
const outIov: Formatter = (call, i) => {
  let left = failed(call) ? null : (call.result ?? 0);
  const base = (addr: number, lenBytes: number): string => {
    if (left === null) return address(addr);
    const filled = Math.min(lenBytes, left);
    left -= filled;
    return quoteBuffer(call, addr, filled);
  };
  return pointer((_, addr) => show.showIov(call, addr, arg(call, i + 1), base))(call, i);
};

/** linux_dirent and linux_dirent64 have the record's length behind two words, or two 64-bit fields. */
function showDirents(call: Call, addr: number): string | null {
  const bytes = call.memory.read(addr, call.result ?? 0);
  if (!bytes) return null;
  const at = call.name === 'getdents64' ? 16 : 2 * longBytes(call.isa);
  let count = 0;
  for (let record = 0; record + at + 2 <= bytes.length; count++) {
    const reclen = (bytes[record + at] ?? 0) | ((bytes[record + at + 1] ?? 0) << 8);
    if (reclen === 0) break;
    record += reclen;
  }
  return `${hex(addr)} /* ${count} entries */`;
}

/** Filled by readlink with no NUL. */
function showOutPath(call: Call, addr: number): string {
  return quoteBuffer(call, addr, call.result ?? 0);
}

export function showInt(call: Call, addr: number): string | null {
  const bytes = call.memory.read(addr, 4);
  return bytes && `[${readU32(bytes, 0) | 0}]`;
}

function showLong(call: Call, addr: number): string | null {
  const word = readWord(call, addr);
  return word === null ? null : `[${decimal(word)}]`;
}

function showFdPair(call: Call, addr: number): string | null {
  const bytes = call.memory.read(addr, 8);
  return bytes && `[${readU32(bytes, 0) | 0}, ${readU32(bytes, 4) | 0}]`;
}

/** Nothing is written when no child was waited for. */
function showStatus(call: Call, addr: number): string | null {
  const bytes = call.result === 0 ? null : call.memory.read(addr, 4);
  return bytes && `[${statusText(readU32(bytes, 0))}]`;
}

/** Shown as the call begins. */
const EARLY = {
  int: signed,
  fd: signed,
  dirfd,
  pid: signed,
  uint: plain,
  mode: (call, i) => octalMode(arg(call, i)),
  uid: id,
  signal: signalNumber,
  openflags: openFlags,
  whence: valueIn(T.SEEKS, 'SEEK_???'),
  prot: flagsOf(T.PROTS, 'PROT_???'),
  mapflags: mapFlags,
  cloneflags: cloneFlags,
  waitoptions: flags32Of(T.WAIT_OPTIONS, 'W???'),
  accessmode: flags32Of(T.ACCESS_CHECKS, '?_OK'),
  atflags: flags32Of(T.AT_FLAGS, 'AT_???'),
  fcntlcmd: valueIn(T.FCNTL_COMMANDS, 'F_???'),
  ioctlcmd: ioctlCommand,
  resource: valueIn(T.RESOURCES, 'RLIMIT_???'),
  clockid: valueIn(T.CLOCKS, 'CLOCK_???'),
  sighow: valueIn(T.SIGPROCMASK_HOW, 'SIG_???'),
  futexop: futexOperation,
  prctlop: valueIn(T.PRCTL_OPTIONS, 'PR_???'),
  archprctlop: valueIn(T.ARCH_PRCTL_CODES, 'ARCH_???'),
  madvice: valueIn(T.MADVICE, 'MADV_???'),
  ptracerequest: valueIn(T.PTRACE_REQUESTS, 'PTRACE_???'),
  long: signed,
  ulong: plain,
  hex: (call, i) => hex(arg(call, i)),
  size: plain,
  off: signed,
  loff: signed,
  ptr: pointerArg,
  path: pathArg,
  inbuf: (call, i) => quoteBuffer(call, arg(call, i), sizeBehind(call, i)),
  iniov: pointer((call, addr, i) =>
    show.showIov(call, addr, arg(call, i + 1), (base, lenBytes) => quoteBuffer(call, base, lenBytes)),
  ),
  argv: pointer(showArgv),
  envp: pointer(showEnvp),
  timespec: pointer(show.showTimespec),
  timespec64: pointer(show.showTimespec64),
  timeval: pointer(show.showTimeval),
  itimerspec: pointer(show.showItimerspec),
  itimerspec64: pointer(show.showItimerspec64),
  sigset: inSigset,
  sigaction: pointer(showSigaction),
  rlimit: pointer(show.showRlimit),
  rlimit64: pointer(show.showRlimit64),
  pollfds: pointer((call, addr, i) => show.showPollfds(call, addr, arg(call, i + 1))),
  userdesc: pointer(show.showUserDesc),
} as const satisfies { readonly [kind in ArgKind]?: Formatter };

/** Shown as the call ends: what the kernel has filled. */
const LATE = {
  outbuf: outPointer((call, addr) => quoteBuffer(call, addr, call.result ?? 0)),
  outiov: outIov,
  wstatus: outPointer(showStatus),
  rusage: outPointer(show.showRusage),
  stat: outPointer(show.showStat),
  stat64: outPointer(show.showStat64),
  statx: outPointer(show.showStatx),
  fdpair: outPointer(showFdPair),
  intres: outPointer(showInt),
  outtimespec: outPointer(show.showTimespec),
  outtimespec64: outPointer(show.showTimespec64),
  outtimeval: outPointer(show.showTimeval),
  outitimerspec: outPointer(show.showItimerspec),
  outitimerspec64: outPointer(show.showItimerspec64),
  outsigset: outPointer(showSigset),
  outsigaction: outPointer(showSigaction),
  outrlimit: outPointer(show.showRlimit),
  outrlimit64: outPointer(show.showRlimit64),
  utsname: outPointer(show.showUtsname),
  sysinfo: outPointer(show.showSysinfo),
  dirents: outPointer(showDirents),
  outpath: outPointer(showOutPath),
  outlong: outPointer(showLong),
} as const satisfies { readonly [kind in ArgKind]?: Formatter };

export const FORMATTERS: { readonly [kind in ArgKind]: Formatter } = { ...EARLY, ...LATE };

export function isLate(kind: ArgKind): boolean {
  return kind in LATE;
}
