import * as F from '../abi/fcntl.ts';
import { flock, flock64 } from '../abi/structs/io.ts';
import type { IsaName } from '../ports.ts';
import { arg, type Call, decimal, type Formatter, failed, hex, outPointer, pointer } from './call.ts';
import { signalNumber } from './signals.ts';
import { showStruct } from './structs.ts';
import { ACCESS_MODES, FD_FLAGS, LOCK_TYPES, openFlagNames, SEEKS } from './tables.ts';
import { flags, value } from './xlat.ts';

/** Access mode, then the flags: `O_WRONLY|O_CREAT`. */
export function openFlagsText(isa: IsaName, all: number): string {
  const rest = (all & ~F.O_ACCMODE) >>> 0;
  const mode = value(ACCESS_MODES, all & F.O_ACCMODE, 'O_???');
  return rest === 0 ? mode : `${mode}|${flags(openFlagNames(isa), rest, 'O_???').replace(/ \/\*.*/, '')}`;
}

export const openFlags: Formatter = (call, i) => openFlagsText(call.isa, arg(call, i));

/** The mode of open counts only for a new file. */
export function createsFile(isa: IsaName, all: number): boolean {
  const { O_TMPFILE, O_DIRECTORY } = F.openFlags(isa);
  return (all & (F.O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) !== 0;
}

interface Flock {
  l_type: number;
  l_whence: number;
  l_start: number;
  l_len: number;
  l_pid: number;
}

function flockText(withPid: boolean): (lock: Flock) => string {
  return ({ l_type, l_whence, l_start, l_len, l_pid }) =>
    `{l_type=${value(LOCK_TYPES, l_type, 'F_???')}, l_whence=${value(SEEKS, l_whence, 'SEEK_???')}, ` +
    `l_start=${l_start}, l_len=${l_len}${withPid ? `, l_pid=${l_pid}` : ''}}`;
}

const number: Formatter = (call, i) => String(arg(call, i) | 0);
const setLock = pointer(showStruct(flock, flockText(false)));
const setLock64 = pointer(showStruct(flock64, flockText(false)));

/** Third argument by command. Commands that are not here, nor in NO_ARGUMENT, show it as hexadecimal. */
const ARGUMENT: { readonly [command: number]: Formatter } = {
  [F.F_DUPFD]: number,
  [F.F_DUPFD_CLOEXEC]: number,
  [F.F_SETFD]: (call, i) => flags(FD_FLAGS, arg(call, i) >>> 0, 'FD_???'),
  [F.F_SETFL]: openFlags,
  [F.F_SETOWN]: number,
  [F.F_SETSIG]: signalNumber,
  [F.F_SETPIPE_SZ]: (call, i) => decimal(arg(call, i)),
  [F.F_GETLK]: outPointer(showStruct(flock, flockText(true))),
  [F.F_SETLK]: setLock,
  [F.F_SETLKW]: setLock,
  [F.F_GETLK64]: outPointer(showStruct(flock64, flockText(true))),
  [F.F_SETLK64]: setLock64,
  [F.F_SETLKW64]: setLock64,
};

const NO_ARGUMENT: readonly number[] = [F.F_GETFD, F.F_GETFL, F.F_GETOWN, F.F_GETSIG, F.F_GETLEASE, F.F_GETPIPE_SZ];

export const fcntlArgument: Formatter = (call, i) => (ARGUMENT[arg(call, 1)] ?? ((_, n) => hex(arg(call, n))))(call, i);

export function fcntlShown(call: Call): readonly number[] {
  return NO_ARGUMENT.includes(arg(call, 1)) ? [0, 1] : [0, 1, 2];
}

export function fcntlLate(call: Call): readonly number[] {
  return [F.F_GETLK, F.F_GETLK64].includes(arg(call, 1)) ? [2] : [];
}

/** `0x8002 (flags O_RDWR|O_LARGEFILE)`. */
export function fcntlResult(call: Call): string | null {
  const result = call.result ?? 0;
  if (failed(call)) return null;
  if (arg(call, 1) === F.F_GETFL) return `${hex(result)} (flags ${openFlagsText(call.isa, result)})`;
  if (arg(call, 1) === F.F_GETFD && result !== 0) return `${hex(result)} (flags ${flags(FD_FLAGS, result, 'FD_???')})`;
  return null;
}
