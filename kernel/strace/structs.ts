import * as S from '../abi/stat.ts';
import { type Fields, longBytes, type Struct, type Values } from '../abi/struct.ts';
import { iovec, pollfd, winsize } from '../abi/structs/io.ts';
import { userDesc } from '../abi/structs/process.ts';
import { rlimit, rlimit64, rusage } from '../abi/structs/resource.ts';
import { stat, stat64, statx } from '../abi/structs/stat.ts';
import { sysinfo, utsname } from '../abi/structs/system.ts';
import { itimerspec, itimerval, kernelItimerspec, kernelTimespec, timespec, timeval } from '../abi/structs/time.ts';
import type { IsaName } from '../ports.ts';
import { address, type Call, decimal, hex, octalMode } from './call.ts';
import { quoteBytes } from './quote.ts';
import { POLL_FLAGS } from './tables.ts';
import { flags, withPrefix, xlat } from './xlat.ts';

/** Structures in strace's words. Each function takes an address and gives null when it cannot be read. */

export type Show = (call: Call, addr: number) => string | null;

/** The structure at the address, through `text`. */
export function showStruct<F extends Fields>(
  layout: Struct<F>,
  text: (values: Values<F>, isa: IsaName) => string,
): Show {
  return (call, addr) => {
    const bytes = call.memory.read(addr, layout.size(call.isa));
    return bytes && text(layout.decode(call.isa, bytes), call.isa);
  };
}

const { S_IFSOCK, S_IFIFO, S_IFLNK, S_IFREG, S_IFBLK, S_IFDIR, S_IFCHR, S_ISUID, S_ISGID, S_ISVTX } = S;
const FILE_TYPES = xlat({ S_IFSOCK, S_IFIFO, S_IFLNK, S_IFREG, S_IFBLK, S_IFDIR, S_IFCHR });
const MODE_BITS = xlat({ S_ISUID, S_ISGID, S_ISVTX });

/** `S_IFREG|0644`. */
export function symbolicMode(mode: number): string {
  const type = FILE_TYPES.find(([known]) => known === (mode & S.S_IFMT))?.[1];
  if (!type) return octalMode(mode);
  const bits = MODE_BITS.filter(([bit]) => mode & bit).map(([, name]) => name);
  return [type, ...bits, octalMode(mode & 0o777)].join('|');
}

/** Linux: include/linux/kdev_t.h new_encode_dev(). */
export function makedev(dev: number): string {
  const low = dev >>> 0;
  return `makedev(${hex((low >>> 8) & 0xfff)}, ${hex((low & 0xff) | ((low >>> 12) & 0xfff00))})`;
}

function statText(st: { st_mode: number; st_size: number; st_rdev: number }): string {
  const isDevice = S.S_ISCHR(st.st_mode) || S.S_ISBLK(st.st_mode);
  const size = isDevice ? `st_rdev=${makedev(st.st_rdev)}` : `st_size=${decimal(st.st_size)}`;
  return `{st_mode=${symbolicMode(st.st_mode)}, ${size}, ...}`;
}

export const showStat = showStruct(stat, statText);
export const showStat64 = showStruct(stat64, statText);

const { STATX_ALL, STATX_BASIC_STATS, STATX_TYPE, STATX_MODE, STATX_NLINK, STATX_UID, STATX_GID, STATX_ATIME } = S;
const { STATX_MTIME, STATX_CTIME, STATX_INO, STATX_SIZE, STATX_BLOCKS, STATX_BTIME, STATX_MNT_ID, STATX_DIOALIGN } = S;
export const STATX_MASKS = xlat({
  STATX_ALL,
  STATX_BASIC_STATS,
  STATX_TYPE,
  STATX_MODE,
  STATX_NLINK,
  STATX_UID,
  STATX_GID,
  STATX_ATIME,
  STATX_MTIME,
  STATX_CTIME,
  STATX_INO,
  STATX_SIZE,
  STATX_BLOCKS,
  STATX_BTIME,
  STATX_MNT_ID,
  STATX_DIOALIGN,
});
const STATX_ATTRIBUTES = withPrefix(S, /^STATX_ATTR_/).toSorted((a, b) => a[0] - b[0]);

export const showStatx = showStruct(
  statx,
  (st) =>
    `{stx_mask=${flags(STATX_MASKS, st.stx_mask, 'STATX_???')}, ` +
    `stx_attributes=${flags(STATX_ATTRIBUTES, st.stx_attributes, 'STATX_ATTR_???')}, ` +
    `stx_mode=${symbolicMode(st.stx_mode)}, stx_size=${decimal(st.stx_size)}, ...}`,
);

interface Timespec {
  tv_sec: number;
  tv_nsec: number;
}
interface Timeval {
  tv_sec: number;
  tv_usec: number;
}

/** The fraction is shown unsigned, in its own width. */
function fraction(value: number, isa: IsaName): string {
  return decimal(longBytes(isa) === 4 ? value >>> 0 : value);
}

function timespecText({ tv_sec, tv_nsec }: Timespec, isa: IsaName): string {
  return `{tv_sec=${tv_sec}, tv_nsec=${fraction(tv_nsec, isa)}}`;
}

function timevalText({ tv_sec, tv_usec }: Timeval, isa: IsaName): string {
  return `{tv_sec=${tv_sec}, tv_usec=${fraction(tv_usec, isa)}}`;
}

export const showTimespec = showStruct(timespec, timespecText);
export const showTimespec64 = showStruct(
  kernelTimespec,
  ({ tv_sec, tv_nsec }) => `{tv_sec=${tv_sec}, tv_nsec=${decimal(tv_nsec)}}`,
);
export const showTimeval = showStruct(timeval, timevalText);
export const showItimerval = showStruct(
  itimerval,
  (it, isa) => `{it_interval=${timevalText(it.it_interval, isa)}, it_value=${timevalText(it.it_value, isa)}}`,
);

export const showItimerspec = showStruct(
  itimerspec,
  (it, isa) => `{it_interval=${timespecText(it.it_interval, isa)}, it_value=${timespecText(it.it_value, isa)}}`,
);
export const showItimerspec64 = showStruct(kernelItimerspec, ({ it_interval, it_value }) => {
  const text = ({ tv_sec, tv_nsec }: Timespec): string => `{tv_sec=${tv_sec}, tv_nsec=${decimal(tv_nsec)}}`;
  return `{it_interval=${text(it_interval)}, it_value=${text(it_value)}}`;
});

export const showRusage = showStruct(
  rusage,
  (ru, isa) => `{ru_utime=${timevalText(ru.ru_utime, isa)}, ru_stime=${timevalText(ru.ru_stime, isa)}, ...}`,
);

function limit(value: number, unlimited: number, name: string): string {
  if (value >= unlimited) return name;
  return value > 1024 && value % 1024 === 0 ? `${value / 1024}*1024` : decimal(value);
}

function limitsText({ rlim_cur, rlim_max }: { rlim_cur: number; rlim_max: number }, is64: boolean): string {
  const text = (value: number): string =>
    is64 ? limit(value, 2 ** 64, 'RLIM64_INFINITY') : limit(value, 0xffff_ffff, 'RLIM_INFINITY');
  return `{rlim_cur=${text(rlim_cur)}, rlim_max=${text(rlim_max)}}`;
}

export const showRlimit = showStruct(rlimit, (lim, isa) => limitsText(lim, rlimit.size(isa) === 16));
export const showRlimit64 = showStruct(rlimit64, (lim) => limitsText(lim, true));

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

export const showUtsname = showStruct(
  utsname,
  (uts) => `{sysname=${quoteBytes(untilNul(uts.sysname))}, nodename=${quoteBytes(untilNul(uts.nodename))}, ...}`,
);

const SYSINFO_TAIL = [
  'totalram',
  'freeram',
  'sharedram',
  'bufferram',
  'totalswap',
  'freeswap',
  'procs',
  'totalhigh',
  'freehigh',
  'mem_unit',
] as const;

export const showSysinfo = showStruct(sysinfo, (info) => {
  const tail = SYSINFO_TAIL.map((name) => `${name}=${decimal(info[name])}`).join(', ');
  return `{uptime=${info.uptime}, loads=[${info.loads.map(decimal).join(', ')}], ${tail}}`;
});

export const showWinsize = showStruct(
  winsize,
  (ws) => `{ws_row=${ws.ws_row}, ws_col=${ws.ws_col}, ws_xpixel=${ws.ws_xpixel}, ws_ypixel=${ws.ws_ypixel}}`,
);

export const showUserDesc = showStruct(userDesc, (desc, isa) => {
  const bit = (n: number): number => (desc.flags >>> n) & 1;
  return (
    `{entry_number=${desc.entry_number | 0}, base_addr=${hex(desc.base_addr)}, ` +
    `limit=0x${desc.limit.toString(16).padStart(6, '0')}, seg_32bit=${bit(0)}, contents=${(desc.flags >>> 1) & 3}, ` +
    `read_exec_only=${bit(3)}, limit_in_pages=${bit(4)}, seg_not_present=${bit(5)}, useable=${bit(6)}${longBytes(isa) === 8 ? `, lm=${bit(7)}` : ''}}`
  );
});

/** Elements of an array in memory; at most `max` are shown, then `...`. Null when the first cannot be read. */
export function showArray<F extends Fields>(
  call: Call,
  layout: Struct<F>,
  addr: number,
  count: number,
  text: (values: Values<F>) => string,
  max = call.maxString,
): string | null {
  const size = layout.size(call.isa);
  const shown: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i >= max) {
      shown.push('...');
      break;
    }
    const bytes = call.memory.read(addr + i * size, size);
    if (!bytes) {
      if (i === 0) return null;
      shown.push(`... /* ${hex(addr + i * size)} */`);
      break;
    }
    shown.push(text(layout.decode(call.isa, bytes)));
  }
  return `[${shown.join(', ')}]`;
}

export function showPollfds(call: Call, addr: number, count: number): string | null {
  return showArray(call, pollfd, addr, count, ({ fd, events }) =>
    fd < 0 ? `{fd=${fd}}` : `{fd=${fd}, events=${flags(POLL_FLAGS, events & 0xffff, 'POLL???')}}`,
  );
}

/** What poll adds behind its result: the descriptors with something to tell. */
export function pollResults(call: Call, addr: number, count: number): string {
  const size = pollfd.size(call.isa);
  const ready: string[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = call.memory.read(addr + i * size, size);
    if (!bytes) break;
    const { fd, revents } = pollfd.decode(call.isa, bytes);
    if (revents !== 0) ready.push(`{fd=${fd}, revents=${flags(POLL_FLAGS, revents & 0xffff, 'POLL???')}}`);
  }
  return `[${ready.join(', ')}]`;
}

/** `text` gives iov_base from its address and length. */
export function showIov(
  call: Call,
  addr: number,
  count: number,
  text: (base: number, lenBytes: number) => string,
): string | null {
  return showArray(
    call,
    iovec,
    addr,
    count,
    ({ iov_base, iov_len }) => `{iov_base=${text(iov_base, iov_len)}, iov_len=${decimal(iov_len)}}`,
  );
}

export const plainIovBase = (base: number): string => address(base);
