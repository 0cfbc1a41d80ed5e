import {
  CLONE_CHILD_CLEARTID,
  CLONE_CHILD_SETTID,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_SETTLS,
} from '../abi/sched.ts';
import { signalName } from '../abi/signal.ts';
import { cloneArgs, userDesc } from '../abi/structs/process.ts';
import type { IsaName } from '../ports.ts';
import { cloneFlags, FORMATTERS, showInt } from './args.ts';
import { address, arg, type Call, decimal, type Formatter, failed, hex, outPointer, pointer } from './call.ts';
import type { Special } from './special.ts';
import { CLONE_FLAGS } from './tables.ts';
import { flags } from './xlat.ts';

/** clone: strace names its arguments, the stack first; the last two stand in the other order on x86-64. */

interface CloneLayout {
  readonly tls: number;
  readonly childTid: number;
  /** On i386 it points to a descriptor. */
  readonly showTls: Formatter;
}

const STACK = 1;
const PARENT_TID = 2;
const pointerArg: Formatter = (call, i) => address(arg(call, i));
const LAYOUT: { readonly [isa in IsaName]: CloneLayout } = {
  i386: { tls: 3, childTid: 4, showTls: FORMATTERS.userdesc },
  x86_64: { childTid: 3, tls: 4, showTls: pointerArg },
  arm: { tls: 3, childTid: 4, showTls: pointerArg },
};

function named(name: string, show: Formatter): Formatter {
  return (call, i) => `${name}=${show(call, i)}`;
}

const parentTid: Formatter = (call, i) => {
  const all = arg(call, 0);
  const show = outPointer(showInt);
  const both = (all & CLONE_PARENT_SETTID) !== 0 && (all & CLONE_PIDFD) !== 0;
  return `${all & CLONE_PARENT_SETTID ? 'parent_tid' : 'pidfd'}=${(both ? pointerArg : show)(call, i)}`;
};

const lastTwo: Formatter = (call, i) => {
  const { tls, showTls } = LAYOUT[call.isa];
  return i === tls ? `tls=${showTls(call, i)}` : `child_tidptr=${pointerArg(call, i)}`;
};

/** Those that a flag asks for. */
function cloneLate(call: Call): readonly number[] {
  const all = arg(call, 0);
  const { tls, childTid } = LAYOUT[call.isa];
  const late: number[] = [];
  if (all & (CLONE_PARENT_SETTID | CLONE_PIDFD)) late.push(PARENT_TID);
  if (all & CLONE_SETTLS) late.push(tls);
  if (all & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) late.push(childTid);
  return late;
}

export const CLONE: Special = {
  args: {
    [STACK]: named('child_stack', pointerArg),
    0: named('flags', cloneFlags),
    [PARENT_TID]: parentTid,
    3: lastTwo,
    4: lastTwo,
  },
  shown: (call) => [STACK, 0, ...cloneLate(call)],
  late: cloneLate,
  lateComma: true,
};

const CLONE_ARGS_SIZE_VER0 = 64;

/** clone3's structure: what is zero is left out, except flags and exit_signal. */
function showCloneArgs(call: Call, addr: number): string | null {
  const size = arg(call, 1);
  if (size < CLONE_ARGS_SIZE_VER0) return null;
  const bytes = call.memory.read(addr, Math.min(size, cloneArgs.size(call.isa)));
  if (!bytes) return null;
  const padded = new Uint8Array(cloneArgs.size(call.isa));
  padded.set(bytes);
  const args = cloneArgs.decode(call.isa, padded);
  const has = (flag: number): boolean => (args.flags & flag) !== 0;
  const parts = [`flags=${flags(CLONE_FLAGS, args.flags, 'CLONE_???')}`];
  if (has(CLONE_PIDFD)) parts.push(`pidfd=${address(args.pidfd)}`);
  if (has(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) parts.push(`child_tid=${address(args.child_tid)}`);
  if (has(CLONE_PARENT_SETTID)) parts.push(`parent_tid=${address(args.parent_tid)}`);
  parts.push(`exit_signal=${signalName(args.exit_signal)}`);
  parts.push(`stack=${address(args.stack)}`, `stack_size=${hex(args.stack_size)}`);
  if (has(CLONE_SETTLS)) parts.push(`tls=${showTls3(call, args.tls)}`);
  return `{${parts.join(', ')}}`;
}

function showTls3(call: Call, tls: number): string {
  return LAYOUT[call.isa].showTls({ ...call, args: [tls] }, 0);
}

/** clone3 fills words of its own structure's choosing: what they hold at its end stands behind the structure. */
function filledWords(call: Call): string {
  const words = failed(call) ? [] : wordsToFill(call);
  const shown = words.map(([name, addr]) => `${name}=${showInt(call, addr) ?? address(addr)}`);
  return shown.length > 0 ? ` => {${shown.join(', ')}}` : '';
}

function wordsToFill(call: Call): [name: string, addr: number][] {
  const bytes = call.memory.read(arg(call, 0), CLONE_ARGS_SIZE_VER0);
  if (!bytes || arg(call, 1) < CLONE_ARGS_SIZE_VER0) return [];
  const padded = new Uint8Array(cloneArgs.size(call.isa));
  padded.set(bytes);
  const args = cloneArgs.decode(call.isa, padded);
  const words: [string, number][] = [];
  if (args.flags & CLONE_PIDFD) words.push(['pidfd', args.pidfd]);
  if (args.flags & CLONE_PARENT_SETTID) words.push(['parent_tid', args.parent_tid]);
  return words;
}

export const CLONE3: Special = {
  args: {
    0: pointer(showCloneArgs),
    1: (call, i) => (wordsToFill(call).length > 0 ? `${filledWords(call)}, ` : '') + decimal(arg(call, i)),
  },
  late: (call) => (wordsToFill(call).length > 0 ? [1] : []),
  lateBare: true,
};

/** set_thread_area tells the entry that it has chosen for -1. */
export function chosenEntry(call: Call): string {
  const bytes = call.result === 0 ? call.memory.read(arg(call, 0), userDesc.size(call.isa)) : null;
  return bytes ? ` (entry_number=${userDesc.decode(call.isa, bytes).entry_number | 0})` : '';
}
