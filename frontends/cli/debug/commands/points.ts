import { lineText } from '../../../../debugger/lines.ts';
import { type AnyPoint, type Caught, pcOf } from '../../../../debugger/session/index.ts';
import { SIGRTMAX, signalName } from '../../../../kernel/abi/signal.ts';
import { archOf } from '../../../../kernel/arch/index.ts';
import { WATCH } from '../../../../kernel/ports.ts';
import { SYSCALLS } from '../../../../kernel/syscalls/table.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Data, Debugger } from '../debugger.ts';
import { type Location, locate, NotThere } from '../location.ts';
import { userAddress } from '../scope.ts';
import { sizeOf } from '../types.ts';

const NEW = { enabled: true, hits: 0, ignore: 0 } as const;

function breakAt(temporary: boolean): DebugCommand['run'] {
  return (debug, args) => {
    const { text, condition } = withCondition(args);
    const task = debug.task();
    const here = { addresses: [pcOf(debug.session.kernel, task)], line: null };
    const found = text === '' ? here : locateOrWait(debug, text);
    if ('wanted' in found) {
      addPending(debug, found, { text: args, temporary, condition });
      return;
    }
    const { addresses, line } = found;
    const [address = 0, ...others] = addresses;
    if (condition !== null) checkCondition(debug, condition, line !== null);
    const program = line || /^[A-Za-z_.]/.test(text) ? (task.mm?.exePath ?? null) : null;
    const point = debug.session.add((id) => ({
      ...{ ...NEW, id, kind: 'breakpoint' as const, text: args || `*0x${address.toString(16)}`, temporary },
      ...{ isa: task.isa, address, others, program, condition },
    }));
    const at = line ? `: ${lineText(line)}` : '';
    const more = others.length === 0 ? '' : ` (${addresses.length} locations)`;
    debug.write(
      `${temporary ? 'Temporary breakpoint' : 'Breakpoint'} ${point.id} at 0x${address.toString(16)}${at}${more}\n`,
      pointData(point),
    );
  };
}

/** Throws CliError for what is not there, unless it is to be waited for. */
function locateOrWait(debug: Debugger, text: string): Location | NotThere {
  try {
    return locate(debug, text);
  } catch (error) {
    if (!(error instanceof NotThere)) throw error;
    if (debug.pendingBreakpoints) return error;
    const hint = '"set breakpoint pending on" makes such a breakpoint wait for a library or program that has it.';
    throw new CliError(error.message, { hint });
  }
}

/** Its condition is looked at when it is hit: what is named in it is not there either. */
function addPending(
  debug: Debugger,
  { message, wanted }: NotThere,
  { text, temporary, condition }: { text: string; temporary: boolean; condition: string | null },
): void {
  const { isa } = debug.task();
  const point = debug.session.add((id) => ({
    ...{ ...NEW, id, kind: 'breakpoint' as const, text, temporary, condition },
    ...{ isa, address: null, wanted, program: null },
  }));
  debug.write(
    `${message}\n${temporary ? 'Temporary breakpoint' : 'Breakpoint'} ${point.id} (${text}) pending.\n`,
    pointData(point),
  );
}

/** A wrong one is told at once. Variables of the line are there only when it is reached. Throws CliError. */
function checkCondition(debug: Debugger, condition: string, hasLine: boolean): void {
  try {
    debug.check(condition);
  } catch (error) {
    if (!hasLine || !(error instanceof CliError) || !error.message.startsWith('No symbol')) throw error;
  }
}

function watch(kinds: number, name: string): DebugCommand['run'] {
  return (debug, args) => {
    const task = debug.task();
    const { text: what, condition } = withCondition(args.replace(/^-l(ocation)?\s+/, ''));
    if (condition !== null) debug.check(condition);
    const { text, size } = withSize(what);
    if (text === '' || !task.mm) throw new CliError('Argument required (expression to compute).');
    const { address, lenBytes } = watched(debug, text, size);
    const { pgd: root } = task.mm;
    const point = debug.session.add((id) => ({
      ...{ ...NEW, id, kind: 'watchpoint' as const, text, temporary: false, condition },
      ...{ isa: task.isa, address, lenBytes, kinds, root },
    }));
    debug.write(`${name} ${point.id}: ${lenBytes} bytes at 0x${address.toString(16)}\n`, pointData(point));
  };
}

/** `EXPRESSION [BYTES]`: a number behind an operator belongs to the expression. */
export function withSize(args: string): { text: string; size: string | undefined } {
  const [, text = '', size] = /^(.*?)(?:(?<![-+*/%&|^<>=~!(,]\s*)\s+(\d+))?$/s.exec(args) ?? [];
  return { text, size };
}

/** What an expression stands for in memory: its own bytes, a symbol's, or a word at the address that it is. */
function watched(debug: Debugger, text: string, size: string | undefined): { address: number; lenBytes: number } {
  const { wordBytes } = archOf(debug.task().isa);
  const { type, value, place } = debug.value(text);
  const isPlaced = place?.kind === 'memory' || place?.kind === 'field';
  const own =
    place?.kind === 'field'
      ? place.lenBytes
      : isPlaced
        ? sizeOf(type)
        : type.kind === 'symbol'
          ? type.lenBytes || wordBytes
          : wordBytes;
  const lenBytes = size === undefined ? Math.min(own, MAX_WATCHED) : Number(size);
  if (lenBytes < 1 || lenBytes > MAX_WATCHED) throw new CliError(`${size}: a watchpoint has 1 to ${MAX_WATCHED} bytes`);
  const address = isPlaced ? place.address : BigInt.asUintN(wordBytes * 8, value);
  return { address: userAddress(address), lenBytes };
}

/** `WHERE if CONDITION` */
function withCondition(args: string): { text: string; condition: string | null } {
  const [, where = '', condition] = /^(.*?)(?:\bif\b(.*))?$/s.exec(args) ?? [];
  return { text: where.trim(), condition: condition?.trim() ?? null };
}

export const CAUGHT: readonly Caught[] = ['syscall', 'fork', 'vfork', 'exec', 'exit', 'signal'];

/** A system call or signal as the kernel names it. Throws CliError for one that is not known. */
function caughtName(what: Caught, name: string): string {
  if (what === 'signal') {
    const wanted = /^\d+$/.test(name) ? signalName(Number(name)) : `SIG${name.toUpperCase().replace(/^SIG/, '')}`;
    for (let signo = 1; signo <= SIGRTMAX; signo++) if (signalName(signo) === wanted) return wanted;
    throw new CliError(`Unknown signal name '${name}'.`);
  }
  if (what === 'syscall' && !SYSCALLS.some((row) => row.name === name)) {
    throw new CliError(`Unknown syscall name '${name}'.`);
  }
  return name;
}

function catchEvent(debug: Debugger, args: string, temporary = false): void {
  const { text, condition } = withCondition(args);
  if (condition !== null) debug.check(condition);
  const [what = '', ...names] = text.split(/\s+/);
  const known = CAUGHT.find((one) => one === what);
  if (!known) throw new CliError(`catch ${what}: not known`, { hint: `What can be caught: ${CAUGHT.join(', ')}.` });
  const caught = names.map((name) => caughtName(known, name));
  const point = debug.session.add((id) => ({
    ...{ ...NEW, id, kind: 'catchpoint' as const, text, temporary, condition },
    ...{ what: known, names: caught },
  }));
  debug.write(`Catchpoint ${point.id} (${text})\n`, pointData(point));
}

/** The points that the arguments number; all without one. */
function chosen(debug: Debugger, args: string): AnyPoint[] {
  if (args === '') return [...debug.session.points];
  return args.split(/[\s,]+/).map((text) => {
    const point = debug.session.points.find(({ id }) => id === Number(text));
    if (!point) throw new CliError(`No breakpoint number ${text}.`);
    return point;
  });
}

function condition(debug: Debugger, args: string): void {
  const [, number = '', text = ''] = /^(\S*)\s*(.*)$/s.exec(args) ?? [];
  const [point] = chosen(debug, number || '?');
  if (text !== '') debug.check(text);
  if (point) point.condition = text === '' ? null : text;
  if (text === '') debug.write(`Breakpoint ${number} now unconditional.\n`);
}

function ignore(debug: Debugger, args: string): void {
  const [number = '', count = ''] = args.split(/\s+/);
  const [point] = chosen(debug, number || '?');
  if (!/^\d+$/.test(count)) throw new CliError(`ignore ${args}: how many times?`, { hint: 'Write "ignore 1 10".' });
  if (point) point.ignore = Number(count);
  debug.write(`Will ignore next ${count} crossings of breakpoint ${number}.\n`);
}

function clear(debug: Debugger, args: string): void {
  const addresses = args === '' ? [debug.pc()] : locate(debug, args).addresses;
  const { points } = debug.session;
  const here = points.filter(
    (point) => point.kind === 'breakpoint' && point.address !== null && addresses.includes(point.address),
  );
  if (here.length === 0) throw new CliError(`No breakpoint at ${args || 'this line'}.`);
  for (const point of here) points.splice(points.indexOf(point), 1);
  debug.write(`Deleted breakpoint${here.length > 1 ? 's' : ''} ${here.map(({ id }) => id).join(' ')}\n`);
}

/** A point, for tools. */
export function pointData(point: AnyPoint): Data {
  const { id, kind, text, enabled, temporary, hits, ignore, condition: when } = point;
  const isPlaced = point.kind !== 'catchpoint' && point.address !== null;
  const where = isPlaced ? { address: `0x${point.address?.toString(16)}` } : {};
  const range = point.kind === 'watchpoint' ? { lenBytes: point.lenBytes } : {};
  return {
    kind: 'point',
    number: id,
    what: kind,
    text,
    ...where,
    ...range,
    enabled,
    temporary,
    hits,
    ignore,
    condition: when,
  };
}

function remove(debug: Debugger, args: string): void {
  for (const point of chosen(debug, args)) debug.session.points.splice(debug.session.points.indexOf(point), 1);
}

function enable(enabled: boolean): DebugCommand['run'] {
  return (debug, args) => {
    for (const point of chosen(debug, args)) point.enabled = enabled;
  };
}

const MAX_WATCHED = 4096;

/** Where to stop. */
export const pointCommands: readonly DebugCommand[] = [
  {
    names: ['break', 'b'],
    usage: '[FILE:LINE|LINE|SYMBOL|SYMBOL+N|*ADDRESS] [if CONDITION]',
    help: 'stop in front of an instruction, or of a line',
    example: 'b vfork+9 if $eax == 0',
    run: breakAt(false),
  },
  { names: ['tbreak', 'tb'], usage: '…', help: 'the same once', example: 'tb *0x8048089', run: breakAt(true) },
  {
    names: ['watch'],
    usage: 'ADDRESS [BYTES]',
    help: 'stop when memory of this address space changes',
    example: 'watch *(int *)$esp if $pid != 1000',
    run: watch(WATCH.change, 'Watchpoint'),
  },
  {
    names: ['rwatch'],
    usage: 'ADDRESS [BYTES]',
    help: 'stop when it is read',
    example: 'rwatch $esp 8',
    run: watch(WATCH.read, 'Read watchpoint'),
  },
  {
    names: ['awatch'],
    usage: 'ADDRESS [BYTES]',
    help: 'stop when it is read or written',
    example: 'awatch {char}0xffffd93c',
    run: watch(WATCH.read | WATCH.write, 'Access watchpoint'),
  },
  {
    names: ['catch'],
    usage: 'syscall [NAME…]|fork|vfork|exec|exit|signal [NAME…]',
    help: 'stop at what the kernel does',
    example: 'catch syscall execve exit_group',
    run: (debug, args) => catchEvent(debug, args),
  },
  {
    names: ['tcatch'],
    usage: '…',
    help: 'the same once',
    example: 'tcatch exec',
    run: (debug, args) => catchEvent(debug, args, true),
  },
  {
    names: ['condition'],
    usage: 'N [CONDITION]',
    help: 'stop at point N only where CONDITION is true; without one always',
    example: 'condition 1 $pid == 1001 && *$esp != 0',
    run: condition,
  },
  {
    names: ['ignore'],
    usage: 'N COUNT',
    help: 'pass point N so many times, going forward',
    example: 'ignore 1 10',
    run: ignore,
  },
  {
    names: ['clear'],
    usage: '[LOCATION]',
    help: 'remove the breakpoints there',
    example: 'clear vfork',
    run: clear,
  },
  {
    names: ['delete', 'd'],
    usage: '[N…]',
    help: 'remove breakpoints, watchpoints and catchpoints',
    example: 'd 2',
    run: remove,
  },
  { names: ['disable'], usage: '[N…]', help: 'keep them without stopping', example: 'disable 1', run: enable(false) },
  { names: ['enable'], usage: '[N…]', help: 'stop at them again', example: 'enable 1', run: enable(true) },
];
