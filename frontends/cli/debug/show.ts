import { placeText } from '../../../debugger/code.ts';
import { lineText, type SourceLine } from '../../../debugger/lines.ts';
import {
  addressDigits,
  generalRegisters,
  markOf,
  pcOf,
  registerNamed,
  registerValue,
  type SharedWord,
  type Stop,
  sharedStack,
  spOf,
  type Writer,
} from '../../../debugger/session/index.ts';
import type { Task } from '../../../kernel/task.ts';
import { CliError } from '../errors.ts';
import type { Debugger, Display } from './debugger.ts';
import { printed } from './print.ts';
import { stopData } from './stop-data.ts';

const STACK_WORDS = 8;

/** After a stop: why, where, what has changed, the stack, what is displayed. */
export async function showStop(debug: Debugger, stop: Stop): Promise<void> {
  if (debug.onStop) return debug.onStop(stop);
  const { session } = debug;
  debug.frame = 0;
  debug.listed = null;
  const why = stopText(debug, stop);
  const text = why === '' ? '' : `${why}\n`;
  const { task } = session;
  if (!task?.mm) {
    const end = stop.kind === 'done' ? '' : `${endText(debug)}\n`;
    debug.write(`${text}${end}`, stopData(debug, stop, null));
    return;
  }
  const changed = changedRegisters(debug, task);
  const source = lineOf(debug, task);
  const lines = [statusLine(debug, task), changedText(debug, changed)];
  if (source) lines.push(sourceLine(debug, source).trimEnd());
  lines.push(codeLine(debug, task));
  const shown = lines.filter((line) => line !== '').map((line) => `${line}\n`);
  const words = await sharedStack(session, task, STACK_WORDS, debug.breathe);
  // To find the writers the machine has gone back and come here again: its tasks are other objects.
  const here = debug.task();
  const data = stopData(debug, stop, { task: here, changed, words });
  debug.write(`${text}${shown.join('')}${stackLines(debug, here, words)}`, data);
  await redisplay(debug);
}

/** What is shown at every stop. One that cannot be shown here says so, and the next ones come. */
export async function redisplay(debug: Debugger): Promise<void> {
  for (const display of debug.displays) {
    try {
      await showDisplay(debug, display);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      debug.write(`${error.message}\n`);
    }
  }
}

/** An expression has no number here, unlike after "print". */
export async function showDisplay(debug: Debugger, { id, command }: Display): Promise<void> {
  const print = /^p(?:rint)?(\/\w+)?\s+(.*)$/s.exec(command);
  if (print) {
    debug.write(`${id}: ${print[1] ? `${print[1]} ` : ''}${print[2]} = `);
    const text = printed(debug, print[1]?.slice(1) ?? '', print[2] ?? '').shown;
    debug.write(`${text}\n`, { kind: 'display', number: id, text });
    return;
  }
  debug.write(`${id}: ${command}\n`);
  await debug.execute(command);
}

export function stopText(debug: Debugger, stop: Stop): string {
  switch (stop.kind) {
    case 'breakpoint': {
      const task = debug.session.kernel.state.tasks.get(stop.pid);
      const failed = conditionError(debug, stop.id, task);
      return `${failed}Breakpoint ${stop.id}, ${task ? whereText(debug, task) : `process ${stop.pid}`}`;
    }
    case 'watchpoint': {
      const what = stop.write
        ? `Old value = ${watchedText(stop.before)}\nNew value = ${watchedText(stop.after)}`
        : `Value = ${watchedText(stop.after)}`;
      const point = debug.session.points.find(({ id }) => id === stop.id);
      const where = `by ${writerText(stop)} at t=${stop.at}, pc 0x${stop.pc.toString(16)}${placeOf(debug, stop.pid, stop.pc)}`;
      return `Watchpoint ${stop.id}: ${point?.text ?? ''}\n${what}\n${stop.write ? 'written' : 'read'} ${where}`;
    }
    case 'caught': {
      const who = `process ${stop.pid}`;
      return stop.id === 0 ? `${who} ${stop.text}.` : `Catchpoint ${stop.id} (${who} ${stop.text})`;
    }
    case 'done':
      return endText(debug);
    case 'idle':
      return 'Every process sleeps, and nothing wakes one but input that does not come.';
    case 'beginning':
      return 'No more reverse-execution history.';
    case 'interrupted':
      return 'Interrupted.';
    case 'unknown':
      return `Nothing more is known: ${stop.why}.`;
    case 'there':
      return '';
  }
}

/** See Debugger.use. */
function conditionError(debug: Debugger, id: number, task: Task | undefined): string {
  const condition = debug.session.points.find((point) => point.id === id)?.condition ?? null;
  const why = condition === null || !task ? null : debug.conditionError(condition, task);
  return why === null ? '' : `Error in testing condition for breakpoint ${id}:\n${why}\n`;
}

/** Who stored something. */
export function writerText({ by, pid }: Pick<Writer, 'by' | 'pid'>): string {
  if (by === 'user') return 'an edit';
  return by === 'kernel' ? `the kernel, for process ${pid}` : `process ${pid}`;
}

function endText(debug: Debugger): string {
  const { status } = debug.session.machine;
  if (status === null) return 'Every process sleeps.';
  const signal = status & 0x7f;
  return signal === 0 ? `The program exited with code ${status >>> 8}.` : `The program was killed by signal ${signal}.`;
}

/** `t=412/1093  pid 1001 (vfork child of 1000)  i386  at vfork+9  [recorded]` */
export function statusLine(debug: Debugger, task: Task): string {
  const { session } = debug;
  const { t, end, unknown } = session.history;
  const who = paintOf(debug, task.pid)(`pid ${task.pid}${roleText(debug, task)}`);
  return `t=${t}/${end}  ${who}  ${task.isa}  at ${whereText(debug, task)}  [${t < end || unknown !== null ? 'recorded' : 'live'}]`;
}

function roleText({ session }: Debugger, task: Task): string {
  const parent = session.kernel.state.tasks.get(task.realParent);
  if (!parent) return '';
  return parent.mm && parent.mm === task.mm ? ` (vfork child of ${parent.pid})` : ` (child of ${parent.pid})`;
}

export function whereText(debug: Debugger, task: Task): string {
  const pc = pcOf(debug.session.kernel, task);
  const place = task.mm ? debug.session.code.symbols.place(task.mm, pc) : null;
  const line = lineOf(debug, task);
  return `${place ? placeText(place) : `0x${pc.toString(16)}`}${line ? ` ${lineText(line)}` : ''}`;
}

/** The line of the source that the task is in. */
function lineOf({ session }: Debugger, task: Task): SourceLine | null {
  const line = task.mm ? session.code.lines.at(task.mm, pcOf(session.kernel, task)) : null;
  return line && line.line > 0 ? line : null;
}

/** `12\t  pid = vfork();`, and nothing where the source is not there. */
export function sourceLine(debug: Debugger, { file, line }: SourceLine): string {
  const text = debug.sources.line(file.path, line);
  return text === null ? '' : `${line}\t${text}\n`;
}

/** ` <vfork+9>`, or nothing. */
export function symbolText({ session }: Debugger, task: Task, address: number): string {
  const place = task.mm ? session.code.symbols.place(task.mm, address) : null;
  return place ? ` <${placeText(place)}>` : '';
}

function placeOf(debug: Debugger, pid: number, pc: number): string {
  const task = debug.session.kernel.state.tasks.get(pid);
  return task ? symbolText(debug, task, pc) : '';
}

export function paintOf(debug: Debugger, pid: number): (text: string) => string {
  return markOf(debug.session, pid) === 'P' ? debug.paint.parent : debug.paint.child;
}

/** What differs from this process's last stop, pc left out. */
function changedRegisters(debug: Debugger, task: Task): ReadonlyMap<string, bigint> {
  const before = debug.seen.get(task.pid);
  const now = new Map(
    generalRegisters(task).map((register) => [register.name, registerValue(debug.session.kernel, task, register)]),
  );
  debug.seen.set(task.pid, now);
  const pc = registerNamed(task, 'pc')?.name;
  return new Map([...now].filter(([name, value]) => before !== undefined && before.get(name) !== value && name !== pc));
}

/** `* eax=3e9 esp=ffffd9bc` */
function changedText({ paint }: Debugger, changed: ReadonlyMap<string, bigint>): string {
  if (changed.size === 0) return '';
  return `  ${paint.changed(`* ${[...changed].map(([name, value]) => `${name}=${value.toString(16)}`).join(' ')}`)}`;
}

/** `=> 8049089 <vfork+9>: int $0x80` */
export function codeLine(debug: Debugger, task: Task): string {
  const line = debug.session.lineOf(task);
  if (!line) return '';
  const place = line.place ? ` <${placeText(line.place)}>` : '';
  return `${debug.paint.pc('=>')} ${line.address.toString(16)}${place}: ${debug.paint.bold(`${line.mnemonic} ${line.operands}`.trim())}`;
}

/** The words around the stack pointers of all processes that share the memory. */
export async function stackText(debug: Debugger, task: Task, count: number): Promise<string> {
  const words = await sharedStack(debug.session, task, count, debug.breathe);
  return stackLines(debug, debug.task(), words);
}

function stackLines(debug: Debugger, task: Task, words: readonly SharedWord[]): string {
  const sp = spOf(debug.session.kernel, task);
  return words.map((word) => `${stackLine(debug, task, word, sp)}\n`).join('');
}

function stackLine(debug: Debugger, task: Task, word: SharedWord, sp: number): string {
  const marks = word.pointers.map((pid) => paintOf(debug, pid)(markOf(debug.session, pid))).join('');
  const offset = word.addr - sp;
  const distance = `${offset < 0 ? '-' : '+'}${Math.abs(offset).toString(16).padStart(2, '0')}`;
  const tag = word.isReturn ? `ret${placeOf(debug, task.pid, word.value)}` : '';
  const writer = word.writer
    ? `${word.writer.by === 'kernel' ? 'kernel ' : ''}${word.writer.pid}@${word.writer.at}`
    : '';
  const torn = word.torn && word.writer ? ' torn' : '';
  const pointer = marks === '' ? '' : ` <- ${marks} sp`;
  const digits = addressDigits(task);
  return `  ${word.addr.toString(16).padStart(digits, '0')}│${distance}: ${word.hex}  ${tag.padEnd(24)} ${writer}${torn}${pointer}`.trimEnd();
}

/** Watched bytes: as a number where they could be one. */
export function watchedText(bytes: Uint8Array): string {
  if (bytes.length > 8) return Buffer.from(bytes).toString('hex');
  return `0x${Buffer.from(bytes).reverse().toString('hex')}`;
}
