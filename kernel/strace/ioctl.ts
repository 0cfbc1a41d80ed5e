import * as I from '../abi/ioctl.ts';
import { termios } from '../abi/structs/io.ts';
import * as T from '../abi/termios.ts';
import { readU32 } from '../bytes.ts';
import { address, arg, type Call, type Formatter, hex, outPointer, pointer } from './call.ts';
import { showStruct, showWinsize } from './structs.ts';
import { flags, value, withPrefix, type Xlat, xlat } from './xlat.ts';

/** Commands whose number another driver has too are named with both, as strace does. */
const SHARED_NAMES: { readonly [command: number]: string } = {
  [I.TCSETS]: 'SNDCTL_TMR_START or TCSETS',
  [I.TCSETSW]: 'SNDCTL_TMR_STOP or TCSETSW',
  [I.TCSETSF]: 'SNDCTL_TMR_CONTINUE or TCSETSF',
};
const COMMANDS = withPrefix(I, /^(TC|TIOC(?!INQ)|FIO)/);
const DIRECTIONS = ['_IOC_NONE', '_IOC_WRITE', '_IOC_READ', '_IOC_READ|_IOC_WRITE'];

export const ioctlCommand: Formatter = (call, i) => {
  const command = arg(call, i);
  const name = SHARED_NAMES[command] ?? COMMANDS.find(([known]) => known === command)?.[1];
  if (name) return name;
  const size = hex((command >>> 16) & 0x3fff);
  return `_IOC(${DIRECTIONS[command >>> 30]}, ${hex((command >>> 8) & 0xff)}, ${hex(command & 0xff)}, ${size})`;
};

const {
  IGNBRK,
  BRKINT,
  IGNPAR,
  PARMRK,
  INPCK,
  ISTRIP,
  INLCR,
  IGNCR,
  ICRNL,
  IUCLC,
  IXON,
  IXANY,
  IXOFF,
  IMAXBEL,
  IUTF8,
} = T;
const IFLAGS = xlat({
  IGNBRK,
  BRKINT,
  IGNPAR,
  PARMRK,
  INPCK,
  ISTRIP,
  INLCR,
  IGNCR,
  ICRNL,
  IUCLC,
  IXON,
  IXANY,
  IXOFF,
  IMAXBEL,
  IUTF8,
});
const { OPOST, OLCUC, ONLCR, OCRNL, ONOCR, ONLRET, OFILL, OFDEL } = T;
const OFLAGS = xlat({ OPOST, OLCUC, ONLCR, OCRNL, ONOCR, ONLRET, OFILL, OFDEL });
const { NLDLY, CRDLY, TABDLY, BSDLY, VTDLY, FFDLY } = T;
/** Delays: always shown, each by the value in its field. */
const DELAYS = [
  { mask: NLDLY, names: withPrefix(T, /^NL[01]$/) },
  { mask: CRDLY, names: withPrefix(T, /^CR[0-3]$/) },
  { mask: TABDLY, names: withPrefix(T, /^TAB[0-3]$/) },
  { mask: BSDLY, names: withPrefix(T, /^BS[01]$/) },
  { mask: VTDLY, names: withPrefix(T, /^VT[01]$/) },
  { mask: FFDLY, names: withPrefix(T, /^FF[01]$/) },
] as const;
const BAUDS = withPrefix(T, /^B[0-9]+$/);
const SIZES = withPrefix(T, /^CS[5-8]$/);
const { CSTOPB, CREAD, PARENB, PARODD, HUPCL, CLOCAL, CMSPAR, CRTSCTS } = T;
const CFLAGS = xlat({ CSTOPB, CREAD, PARENB, PARODD, HUPCL, CLOCAL, CMSPAR, CRTSCTS });
const { ISIG, ICANON, XCASE, ECHO, ECHOE, ECHOK, ECHONL, NOFLSH, TOSTOP, IEXTEN, ECHOCTL, ECHOPRT, ECHOKE, FLUSHO } = T;
const { PENDIN, EXTPROC } = T;
const LFLAGS = xlat({
  ISIG,
  ICANON,
  XCASE,
  ECHO,
  ECHOE,
  ECHOK,
  ECHONL,
  NOFLSH,
  IEXTEN,
  ECHOCTL,
  ECHOPRT,
  ECHOKE,
  FLUSHO,
  TOSTOP,
  PENDIN,
  EXTPROC,
});

/** strace leaves the place empty when no flag is set. */
function termiosFlags(table: Xlat, all: number, unknown: string): string {
  return all === 0 ? '' : flags(table, all >>> 0, unknown);
}

const showTermios = showStruct(termios, ({ c_iflag, c_oflag, c_cflag, c_lflag }) => {
  const allDelays = NLDLY | CRDLY | TABDLY | BSDLY | VTDLY | FFDLY;
  const delays = DELAYS.map(({ mask, names }) => value(names, c_oflag & mask, '???'));
  const oflag = [...delays, termiosFlags(OFLAGS, c_oflag & ~allDelays, 'O???')].join('|');
  const speed = [value(BAUDS, c_cflag & T.CBAUD, 'B???'), value(SIZES, c_cflag & T.CSIZE, 'CS?')];
  const cflag = [...speed, termiosFlags(CFLAGS, c_cflag & ~(T.CBAUD | T.CSIZE), 'C???')].join('|');
  const iflag = termiosFlags(IFLAGS, c_iflag, 'I???');
  return `{c_iflag=${iflag}, c_oflag=${oflag}, c_cflag=${cflag}, c_lflag=${termiosFlags(LFLAGS, c_lflag, 'L???')}, ...}`;
});

function showNumber(call: Call, addr: number): string | null {
  const bytes = call.memory.read(addr, 4);
  return bytes && `[${readU32(bytes, 0) | 0}]`;
}

const FLUSHES = xlat({ TCIFLUSH: 0, TCOFLUSH: 1, TCIOFLUSH: 2 });
const number: Formatter = (call, i) => String(arg(call, i) | 0);
const inTermios = pointer(showTermios);
const inNumber = pointer(showNumber);

/** Third argument of what a call passes in. */
const IN: { readonly [command: number]: Formatter } = {
  [I.TCSETS]: inTermios,
  [I.TCSETSW]: inTermios,
  [I.TCSETSF]: inTermios,
  [I.TIOCSWINSZ]: pointer(showWinsize),
  [I.TIOCSPGRP]: inNumber,
  [I.TIOCSPTLCK]: inNumber,
  [I.FIONBIO]: inNumber,
  [I.FIOASYNC]: inNumber,
  [I.TIOCSCTTY]: number,
  [I.TCSBRK]: number,
  [I.TCSBRKP]: number,
  [I.TCXONC]: number,
  [I.TCFLSH]: (call, i) => value(FLUSHES, arg(call, i), 'TC???'),
};

/** Third argument of what a call fills. */
const OUT: { readonly [command: number]: Formatter } = {
  [I.TCGETS]: outPointer(showTermios),
  [I.TIOCGWINSZ]: outPointer(showWinsize),
  [I.TIOCGPGRP]: outPointer(showNumber),
  [I.TIOCGSID]: outPointer(showNumber),
  [I.TIOCGPTN]: outPointer(showNumber),
  [I.TIOCOUTQ]: outPointer(showNumber),
  [I.FIONREAD]: outPointer(showNumber),
};

const NO_ARGUMENT: readonly number[] = [I.FIOCLEX, I.FIONCLEX, I.TIOCNOTTY, I.TIOCEXCL, I.TIOCNXCL];

export const ioctlArgument: Formatter = (call, i) => {
  const command = arg(call, 1);
  return (IN[command] ?? OUT[command] ?? ((_, n) => address(arg(call, n))))(call, i);
};

export function ioctlShown(call: Call): readonly number[] {
  return NO_ARGUMENT.includes(arg(call, 1)) ? [0, 1] : [0, 1, 2];
}

export function ioctlLate(call: Call): readonly number[] {
  return arg(call, 1) in OUT ? [2] : [];
}
