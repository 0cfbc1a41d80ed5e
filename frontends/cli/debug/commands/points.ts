import { lineText } from '../../../../debugger/lines.ts';
import { type AnyPoint, type Caught, pcOf } from '../../../../debugger/session/index.ts';
import { archOf } from '../../../../kernel/arch/index.ts';
import { WATCH } from '../../../../kernel/ports.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { locate } from '../location.ts';

const NEW = { enabled: true, hits: 0 } as const;

function breakAt(temporary: boolean): DebugCommand['run'] {
  return (debug, args) => {
    const [, where = '', condition] = /^(.*?)(?:\bif\b(.*))?$/s.exec(args) ?? [];
    const text = where.trim();
    const task = debug.task();
    const here = { addresses: [pcOf(debug.session.kernel, task)], line: null };
    const { addresses, line } = text === '' ? here : locate(debug, text);
    const [address = 0, ...others] = addresses;
    if (condition !== undefined) checkCondition(debug, condition, line !== null);
    const program = line || /^[A-Za-z_.]/.test(text) ? (task.mm?.exePath ?? null) : null;
    const point = debug.session.add((id) => ({
      ...{ ...NEW, id, kind: 'breakpoint' as const, text: args || `*0x${address.toString(16)}`, temporary },
      ...{ isa: task.isa, address, others, program, condition: condition?.trim() ?? null },
    }));
    const at = line ? `: ${lineText(line)}` : '';
    const more = others.length === 0 ? '' : ` (${addresses.length} locations)`;
    debug.write(
      `${temporary ? 'Temporary breakpoint' : 'Breakpoint'} ${point.id} at 0x${address.toString(16)}${at}${more}\n`,
    );
  };
}

/** It is evaluated once. Variables of the line are there only when it is reached. Throws CliError. */
function checkCondition(debug: Debugger, condition: string, hasLine: boolean): void {
  try {
    debug.evaluate(condition);
  } catch (error) {
    if (!hasLine || !(error instanceof CliError) || !error.message.startsWith('No symbol')) throw error;
  }
}

function watch(kinds: number, name: string): DebugCommand['run'] {
  return (debug, args) => {
    const task = debug.task();
    const [, text = '', size] = /^(.*?)(?:\s+(\d+))?$/s.exec(args) ?? [];
    if (text === '' || !task.mm) throw new CliError('Argument required (expression to compute).');
    const variable = debug.variable(text);
    const lenBytes = size === undefined ? variable?.type.lenBytes || archOf(task.isa).wordBytes : Number(size);
    if (lenBytes < 1 || lenBytes > 4096) throw new CliError(`${size}: a watchpoint has 1 to 4096 bytes`);
    const address = variable?.address ?? debug.address(text);
    const { pgd: root } = task.mm;
    const point = debug.session.add((id) => ({
      ...{ ...NEW, id, kind: 'watchpoint' as const, text, temporary: false },
      ...{ isa: task.isa, address, lenBytes, kinds, root },
    }));
    debug.write(`${name} ${point.id}: ${lenBytes} bytes at 0x${address.toString(16)}\n`);
  };
}

const CAUGHT: readonly Caught[] = ['syscall', 'fork', 'vfork', 'exec', 'exit', 'signal'];

function catchEvent(debug: Debugger, args: string): void {
  const [what = '', ...names] = args.split(/\s+/);
  const known = CAUGHT.find((one) => one === what);
  if (!known) throw new CliError(`catch ${what}: not known`, { hint: `What can be caught: ${CAUGHT.join(', ')}.` });
  const point = debug.session.add((id) => ({
    ...{ ...NEW, id, kind: 'catchpoint' as const, text: args, temporary: false },
    ...{ what: known, names },
  }));
  debug.write(`Catchpoint ${point.id} (${args})\n`);
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

function remove(debug: Debugger, args: string): void {
  for (const point of chosen(debug, args)) debug.session.points.splice(debug.session.points.indexOf(point), 1);
}

function enable(enabled: boolean): DebugCommand['run'] {
  return (debug, args) => {
    for (const point of chosen(debug, args)) point.enabled = enabled;
  };
}

/** Where to stop. */
export const pointCommands: readonly DebugCommand[] = [
  {
    names: ['break', 'b'],
    usage: '[FILE:LINE|LINE|SYMBOL|SYMBOL+N|*ADDRESS] [if CONDITION]',
    help: 'stop in front of an instruction, or of a line',
    run: breakAt(false),
  },
  { names: ['tbreak', 'tb'], usage: '…', help: 'the same once', run: breakAt(true) },
  {
    names: ['watch'],
    usage: 'ADDRESS [BYTES]',
    help: 'stop when memory of this address space changes',
    run: watch(WATCH.change, 'Watchpoint'),
  },
  {
    names: ['rwatch'],
    usage: 'ADDRESS [BYTES]',
    help: 'stop when it is read',
    run: watch(WATCH.read, 'Read watchpoint'),
  },
  {
    names: ['awatch'],
    usage: 'ADDRESS [BYTES]',
    help: 'stop when it is read or written',
    run: watch(WATCH.read | WATCH.write, 'Access watchpoint'),
  },
  {
    names: ['catch'],
    usage: 'syscall [NAME…]|fork|vfork|exec|exit|signal [NAME…]',
    help: 'stop at what the kernel does',
    run: catchEvent,
  },
  { names: ['delete', 'd'], usage: '[N…]', help: 'remove breakpoints, watchpoints and catchpoints', run: remove },
  { names: ['disable'], usage: '[N…]', help: 'keep them without stopping', run: enable(false) },
  { names: ['enable'], usage: '[N…]', help: 'stop at them again', run: enable(true) },
];
