import { placeText } from '../../../../debugger/code.ts';
import { lineText, type SourceLine } from '../../../../debugger/lines.ts';
import { registerName } from '../../../../debugger/registers.ts';
import {
  addressDigits,
  type Direction,
  type LineStep,
  pcOf,
  type StackFrame,
} from '../../../../debugger/session/index.ts';
import { CliError } from '../../errors.ts';
import { hex } from '../../hex.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { currentLine, locate } from '../location.ts';
import { showStop, sourceLine } from '../show.ts';
import { count } from './run.ts';

const LISTED_LINES = 10;

function step(how: LineStep, direction: Direction): DebugCommand['run'] {
  return async (debug, args) => {
    if (direction === 'forward') tellWithoutLines(debug);
    for (let left = count(args); left > 1; left--) {
      const stop = await debug.session.stepLine(how, direction, debug.breathe);
      if (stop.kind !== 'there') return showStop(debug, stop);
    }
    await debug.go((way) => debug.session.stepLine(how, way, debug.breathe), direction);
  };
}

/** gdb's words: what a step is where there are no lines. */
function tellWithoutLines({ session, write }: Debugger): void {
  const { task } = session;
  const pc = task ? pcOf(session.kernel, task) : 0;
  if (!task?.mm || session.code.lines.at(task.mm, pc)) return;
  const place = session.code.symbols.place(task.mm, pc);
  const what = place ? `Single stepping until exit from function ${place.name}` : 'A single instruction';
  write(`${what}, which has no line number information.\n`);
}

function advance(debug: Debugger, args: string): Promise<void> | void {
  if (args === '') throw new CliError('Argument required (a location).');
  const { addresses } = locate(debug, args);
  return debug.go(() => debug.session.advance(addresses, debug.breathe), 'forward');
}

/** `#1  0x08049196 in main+23 at fork.c:12  by cfi` */
export function frameText(debug: Debugger, frames: readonly StackFrame[], index: number): string {
  const frame = frames[index];
  if (!frame) return '';
  const pc = `0x${frame.pc.toString(16).padStart(addressDigits(debug.task()), '0')}`;
  const place = frame.place ? placeText(frame.place) : '??';
  // As in gdb: a symbol in front of it has nothing to do with it.
  const name = frame.evidence === 'signal' ? '<signal handler called>' : place;
  const inlined = frame.inlined.map(
    ({ name, callLine }) => ` (${name} inlined${callLine ? ` at ${lineText(callLine)}` : ''})`,
  );
  const line = frame.line && frame.line.line > 0 ? ` at ${lineText(frame.line)}` : '';
  const from = frames[index - 1]?.evidence;
  const found = from === undefined || from === null ? '' : from === 'guess' ? '  ? a guess' : `  by ${from}`;
  const end = frame.returnTo === null && !frame.isOutermost ? '  ? its caller is not known' : '';
  return `#${index}  ${pc} in ${name}${inlined.join('')}${line}${found}${end}`;
}

/** An address for tools; null where there is none. */
function hexOrNull(value: number | null): string | null {
  return value === null ? null : hex(value);
}

function backtrace(debug: Debugger, args: string): void {
  const limit = args === '' ? undefined : count(args);
  const frames = debug.session.frames(debug.task(), limit);
  frames.forEach((frame, index) => {
    debug.write(`${frameText(debug, frames, index)}\n`, {
      ...{ kind: 'frame', level: index, pc: hex(frame.pc), cfa: hex(frame.cfa), slot: hexOrNull(frame.slot) },
      ...{ function: frame.place?.name ?? null, offset: frame.place?.offset ?? null },
      ...{ line: frame.line ? lineText(frame.line) : null, returnTo: hexOrNull(frame.returnTo), by: frame.evidence },
    });
  });
  if (limit === frames.length && frames.at(-1)?.returnTo != null) debug.write('(More stack frames follow...)\n');
}

/** Select a frame by its number, or by how far it is from the selected one, and show it. */
function select(choose: (debug: Debugger, args: string) => number): DebugCommand['run'] {
  return (debug, args) => {
    const frames = debug.session.frames(debug.task());
    const wanted = choose(debug, args);
    if (wanted < 0 && debug.frame === 0) throw new CliError('Bottom (innermost) frame selected; you cannot go down.');
    if (wanted >= frames.length && debug.frame === frames.length - 1)
      throw new CliError('Initial frame selected; you cannot go up.');
    debug.frame = Math.min(Math.max(0, wanted), frames.length - 1);
    debug.listed = null;
    debug.write(`${frameText(debug, frames, debug.frame)}\n`);
    const line = frames[debug.frame]?.line;
    if (line) debug.write(sourceLine(debug, line));
  };
}

function frameNumber(debug: Debugger, args: string): number {
  const frames = debug.session.frames(debug.task());
  const number = args === '' ? debug.frame : Number(args);
  if (!Number.isInteger(number) || number < 0 || number >= frames.length)
    throw new CliError(`No frame at level ${args}.`, { hint: '"bt" lists them.' });
  return number;
}

/** `list`, `list 12`, `list 5,20`, `list FUNCTION`, `list FILE:12`, `list -`. */
function list(debug: Debugger, args: string): void {
  const before = debug.listed;
  const around = (line: Pick<SourceLine, 'file' | 'line'>): void => {
    showLines(debug, line.file, Math.max(1, line.line - LISTED_LINES / 2), LISTED_LINES);
  };
  const range = /^(\d+)\s*,\s*(\d+)$/.exec(args);
  if (range) showLines(debug, currentLine(debug).file, Number(range[1]), Number(range[2]) - Number(range[1]) + 1);
  else if (args === '-' && before) showLines(debug, before.file, Math.max(1, before.from - LISTED_LINES), LISTED_LINES);
  else if (args === '' && before) showLines(debug, before.file, before.line + 1, LISTED_LINES);
  else if (args === '' || args === '-') around(currentLine(debug));
  else if (/^\d+$/.test(args)) around({ file: currentLine(debug).file, line: Number(args) });
  else {
    const { line } = locate(debug, args);
    if (!line) throw new CliError(`No line is known of "${args}".`);
    around(line);
  }
}

function showLines(debug: Debugger, file: SourceLine['file'], from: number, lines: number): void {
  const text = debug.sources.read(file.path);
  if ('missing' in text) throw new CliError(`${file.path}: ${text.missing}.`);
  if (from > text.lines.length)
    throw new CliError(`Line number ${from} out of range; "${file.name}" has ${text.lines.length} lines.`);
  const shown = text.lines.slice(from - 1, from - 1 + Math.max(1, lines));
  shown.forEach((line, i) => {
    debug.write(`${from + i}\t${line}\n`);
  });
  debug.listed = { file, from, line: from + shown.length - 1 };
}

/** `info line [LOCATION]` */
export function infoLine(debug: Debugger, args: string): void {
  const { mm } = debug.task();
  const { lines, symbols } = debug.session.code;
  const [address = debug.pc()] =
    args === '' ? [debug.selectedFrame()?.pc ?? debug.pc()] : locate(debug, args).addresses;
  const line = mm ? lines.at(mm, address) : null;
  const where = (at: number): string => {
    const place = mm ? symbols.place(mm, at) : null;
    return `0x${at.toString(16)}${place ? ` <${placeText(place)}>` : ''}`;
  };
  if (!line) debug.write(`No line number information available for address ${where(address)}\n`);
  else
    debug.write(
      `Line ${line.line} of "${line.file.path}" starts at address ${where(line.start)} and ends at ${where(line.end)}.\n`,
    );
}

/** `info sources` */
export function infoSources(debug: Debugger): void {
  const { mm } = debug.task();
  const files = mm ? debug.session.code.lines.files(mm) : [];
  if (files.length === 0) debug.write('No source files are known.\n');
  for (const { path } of files) debug.write(`${path}\n`);
}

/** `info frame`: of the one that is selected. */
export function infoFrame(debug: Debugger): void {
  const frame = debug.selectedFrame();
  if (!frame) return;
  const { isa } = debug.task();
  const known = (value: number | null): string => hexOrNull(value) ?? '?';
  const saved = [...frame.saved].map(([name, at]) => `${registerName(isa, name)} at ${known(at)}`).join(', ');
  debug.write(
    `pc ${known(frame.pc)}; CFA ${known(frame.cfa)}; return address ${known(frame.returnTo)} at ${known(frame.slot)}\n` +
      `found by: ${frame.evidence ?? 'nothing'}${saved === '' ? '' : `; saved registers: ${saved}`}\n`,
  );
}

/** Lines and frames. */
export const lineCommands: readonly DebugCommand[] = [
  {
    names: ['step', 's'],
    usage: '[N]',
    help: 'to another line of the source, into functions that have lines',
    example: 's',
    repeats: true,
    run: step('into', 'forward'),
  },
  {
    names: ['next', 'n'],
    usage: '[N]',
    help: 'to another line of this function, or of its caller; a call is part of its line',
    example: 'n 3',
    repeats: true,
    run: step('over', 'forward'),
  },
  {
    names: ['reverse-step', 'rs'],
    usage: '[N]',
    help: 'back to the beginning of the line before',
    example: 'rs',
    repeats: true,
    run: step('into', 'back'),
  },
  {
    names: ['reverse-next', 'rn'],
    usage: '[N]',
    help: 'the same over calls',
    example: 'rn',
    repeats: true,
    run: step('over', 'back'),
  },
  {
    names: ['until', 'u'],
    usage: '[LOCATION]',
    help: 'next, but not back in a loop; with a location the same as advance',
    example: 'until',
    repeats: true,
    run: (debug, args) => (args === '' ? step('until', 'forward')(debug, '') : advance(debug, args)),
  },
  {
    names: ['advance'],
    usage: 'LOCATION',
    help: 'until a location, or this function has returned',
    example: 'advance main+20',
    run: advance,
  },
  {
    names: ['backtrace', 'bt', 'where'],
    usage: '[N]',
    help: 'the functions under way, and how each was found',
    example: 'bt 5',
    run: backtrace,
  },
  {
    names: ['frame', 'f'],
    usage: '[N]',
    help: 'select a frame: registers, "list" and "info frame" are about it',
    example: 'frame 1',
    run: select(frameNumber),
  },
  {
    names: ['up'],
    usage: '[N]',
    help: "select the caller's frame",
    example: 'up',
    run: select((debug, args) => debug.frame + count(args)),
  },
  {
    names: ['down'],
    usage: '[N]',
    help: 'select the frame that it has called',
    example: 'down',
    run: select((debug, args) => debug.frame - count(args)),
  },
  {
    names: ['list', 'l'],
    usage: '[LINE|FROM,TO|LOCATION|-]',
    help: 'lines of the source',
    example: 'list vfork',
    repeats: true,
    run: list,
  },
];
