import { placeText } from '../../../debugger/code.ts';
import { lineText, type SourceLine } from '../../../debugger/lines.ts';
import {
  addressDigits,
  generalRegisters,
  markOf,
  pcOf,
  registerValue,
  type SharedWord,
  type Stop,
  sharedStack,
  spOf,
} from '../../../debugger/session/index.ts';
import type { Task } from '../../../kernel/task.ts';
import type { Debugger } from './debugger.ts';

const STACK_WORDS = 8;

/** After a stop: why, where, what has changed, the stack, what is displayed. */
export async function showStop(debug: Debugger, stop: Stop): Promise<void> {
  if (debug.onStop) return debug.onStop(stop);
  const { session } = debug;
  debug.frame = 0;
  debug.listed = null;
  const text = stopText(debug, stop);
  if (text !== '') debug.write(`${text}\n`);
  const { task } = session;
  if (!task?.mm) {
    if (stop.kind !== 'done') debug.write(`${endText(debug)}\n`);
    return;
  }
  debug.write(`${statusLine(debug, task)}\n`);
  const changed = changedRegisters(debug, task);
  if (changed !== '') debug.write(`  ${changed}\n`);
  const line = lineOf(debug, task);
  if (line) debug.write(sourceLine(debug, line));
  debug.write(`${codeLine(debug, task)}\n`);
  debug.write(await stackText(debug, task, STACK_WORDS));
  for (const { id, command } of debug.displays) {
    debug.write(`${id}: ${command}\n`);
    await debug.execute(command);
  }
}

export function stopText(debug: Debugger, stop: Stop): string {
  switch (stop.kind) {
    case 'breakpoint': {
      const task = debug.session.kernel.state.tasks.get(stop.pid);
      return `Breakpoint ${stop.id}, ${task ? whereText(debug, task) : `process ${stop.pid}`}`;
    }
    case 'watchpoint': {
      const what = stop.write
        ? `Old value = ${hex(stop.before)}\nNew value = ${hex(stop.after)}`
        : `Value = ${hex(stop.after)}`;
      const point = debug.session.points.find(({ id }) => id === stop.id);
      const by = stop.by === 'kernel' ? 'the kernel, for process' : 'process';
      const where = `by ${by} ${stop.pid} at t=${stop.at}, pc 0x${stop.pc.toString(16)}${placeOf(debug, stop.pid, stop.pc)}`;
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
    case 'there':
      return '';
  }
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
  const { t, end } = session.history;
  const who = paintOf(debug, task.pid)(`pid ${task.pid}${roleText(debug, task)}`);
  return `t=${t}/${end}  ${who}  ${task.isa}  at ${whereText(debug, task)}  [${t < end ? 'recorded' : 'live'}]`;
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

function placeOf({ session }: Debugger, pid: number, pc: number): string {
  const mm = session.kernel.state.tasks.get(pid)?.mm;
  const place = mm ? session.code.symbols.place(mm, pc) : null;
  return place ? ` <${placeText(place)}>` : '';
}

export function paintOf(debug: Debugger, pid: number): (text: string) => string {
  return markOf(debug.session, pid) === 'P' ? debug.paint.parent : debug.paint.child;
}

/** `* eax=3e9 esp=ffffd9bc`: what differs from this process's last stop. */
function changedRegisters(debug: Debugger, task: Task): string {
  const before = debug.seen.get(task.pid);
  const now = new Map(
    generalRegisters(task).map((register) => [register.name, registerValue(debug.session.kernel, task, register)]),
  );
  debug.seen.set(task.pid, now);
  const changed = [...now].filter(
    ([name, value]) => before !== undefined && before.get(name) !== value && !/^[er]ip$|^pc$/.test(name),
  );
  return changed.length === 0
    ? ''
    : debug.paint.changed(`* ${changed.map(([name, value]) => `${name}=${value.toString(16)}`).join(' ')}`);
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

function hex(bytes: Uint8Array): string {
  if (bytes.length > 8) return Buffer.from(bytes).toString('hex');
  return `0x${Buffer.from(bytes).reverse().toString('hex')}`;
}
