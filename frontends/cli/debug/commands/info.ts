import { generalRegisters, registerNamed, registerValue, spOf } from '../../../../debugger/session/index.ts';
import { type Register, registersOf } from '../../../../emulator/engine/index.ts';
import type { Task } from '../../../../kernel/task.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { valueText } from '../format.ts';
import { registerAsValue, surroundings } from '../scope.ts';
import { whereText } from '../show.ts';
import { infoFrame, infoLine, infoSources } from './lines.ts';
import { pointData } from './points.ts';
import { showEvents } from './search.ts';
import { infoArgs, infoLocals } from './variables.ts';

type Info = (debug: Debugger, args: string) => void | Promise<void>;

function breakpoints(debug: Debugger): void {
  const { points } = debug.session;
  if (points.length === 0) debug.write('No breakpoints, watchpoints or catchpoints.\n');
  for (const point of points) {
    const at = point.kind === 'catchpoint' ? '' : point.address;
    const where = at === '' ? '' : at === null ? ' <PENDING>' : ` 0x${at.toString(16)}`;
    const flags = `${point.temporary ? 'del ' : 'keep'} ${point.enabled ? 'y' : 'n'}`;
    const condition = point.condition === null || /\bif\b/.test(point.text) ? '' : ` if ${point.condition}`;
    const ignored = point.ignore === 0 ? '' : `  ignore ${point.ignore}`;
    const hits = point.hits === 0 ? '' : `  hit ${point.hits} time${point.hits === 1 ? '' : 's'}`;
    debug.write(
      `${String(point.id).padEnd(4)}${point.kind.padEnd(11)} ${flags} ${where} ${point.text}${condition}${hits}${ignored}\n`,
      pointData(point),
    );
  }
}

/** Registers of a name, or of a group: general, segment, float, vector, system, all. */
function registersOfName(debug: Debugger, name: string): readonly Register[] {
  const task = debug.task();
  const register = registerNamed(task, name.replace(/^\$/, ''));
  if (register) return [register];
  const all = registersOf(task.isa);
  const group = all.filter((one) => one.gdb !== null && (one.group === name || name === 'all'));
  if (group.length === 0) throw new CliError(`Invalid register \`${name}'`);
  return group;
}

function registers(debug: Debugger, args: string): void {
  const task = debug.task();
  const names = args.split(/\s+/).filter((name) => name !== '');
  const chosen = names.length === 0 ? generalRegisters(task) : names.flatMap((name) => registersOfName(debug, name));
  for (const register of chosen) {
    const raw = registerValue(debug.session.kernel, task, register);
    const value = registerAsValue(register, raw);
    const natural = valueText(value, null, surroundings(debug, task)).replace(/^\(.*\) (?=0x)/, '');
    const hex = `0x${raw.toString(16)}`;
    debug.write(`${register.name.padEnd(15)}${hex.padEnd(19)}${natural}\n`, {
      ...{ kind: 'register', pid: task.pid, name: register.name, bits: register.bits, value: hex },
    });
  }
}

function processes(debug: Debugger): void {
  const { session } = debug;
  const next = session.history.next();
  for (const task of session.kernel.state.tasks.values()) {
    const mark = task.pid === session.task?.pid ? '*' : ' ';
    const where = task.mm
      ? `at ${whereText(debug, task)}  mm ${task.mm.id}  sp 0x${spOf(session.kernel, task).toString(16)}`
      : '';
    const state = task === next ? 'runs next' : sleepText(task);
    debug.write(
      `${mark} ${task.pid} ${task.comm.padEnd(15)} ${task.isa.padEnd(6)} parent ${task.realParent}  ${state}  ${where}\n`,
      {
        kind: 'process',
        pid: task.pid,
        name: task.comm,
        isa: task.isa,
        parent: task.realParent,
        state,
        mm: task.mm?.id ?? null,
      },
    );
  }
}

function sleepText(task: Task): string {
  const [channel] = task.waitingFor?.channels ?? [];
  if (channel?.startsWith('vfork:')) return `sleeps in vfork for ${channel.slice(6)}`;
  return channel === undefined ? task.state : `${task.state} (${channel})`;
}

function mappings(debug: Debugger): void {
  const { mm } = debug.task();
  for (const { start, end, flags, offset, file } of mm?.vmas ?? []) {
    const access = `${flags & 1 ? 'r' : '-'}${flags & 2 ? 'w' : '-'}${flags & 4 ? 'x' : '-'}${flags & 8 ? 's' : 'p'}`;
    debug.write(
      `0x${start.toString(16).padEnd(13)} 0x${end.toString(16).padEnd(13)} ${access} 0x${offset.toString(16).padEnd(8)} ${file?.path ?? ''}\n`,
      {
        kind: 'mapping',
        start: `0x${start.toString(16)}`,
        end: `0x${end.toString(16)}`,
        access,
        path: file?.path ?? null,
      },
    );
  }
}

function symbol(debug: Debugger, args: string): void {
  const { mm } = debug.task();
  const at = debug.address(args);
  const place = mm ? debug.session.code.symbols.place(mm, at) : null;
  debug.write(
    place
      ? `${place.name}${place.offset === 0 ? '' : ` + ${place.offset}`}\n`
      : `No symbol matches 0x${at.toString(16)}.\n`,
  );
}

/** Who shares which stack, and where each sleeps. */
function vfork(debug: Debugger): void {
  const { session } = debug;
  const spaces = new Map<number, Task[]>();
  for (const task of session.kernel.state.tasks.values()) {
    if (!task.mm) continue;
    const known = spaces.get(task.mm.id);
    if (known) known.push(task);
    else spaces.set(task.mm.id, [task]);
  }
  const shared = [...spaces].filter(([, tasks]) => tasks.length > 1);
  if (shared.length === 0) debug.write('No two processes share their memory now.\n');
  for (const [mm, tasks] of shared) {
    debug.write(`address space ${mm}:\n`);
    for (const task of tasks) {
      const sp = spOf(session.kernel, task).toString(16);
      debug.write(`  ${task.pid}  sp 0x${sp}  ${sleepText(task)}  at ${whereText(debug, task)}\n`);
    }
  }
}

/** What the history keeps. */
function record(debug: Debugger): void {
  const { t, end, entries, current, memory } = debug.session.history;
  debug.write(
    `t=${t} of ${end}, branch ${current}\n` +
      `${entries.length} entries from outside, about ${kilobytes(memory.journal)}; ` +
      `${memory.checkpoints} checkpoints, ${kilobytes(memory.snapshots)}; at most ${kilobytes(memory.bound)} together\n`,
    { kind: 'history', t, end, branch: current, entries: entries.length, ...memory },
  );
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KB`;
}

function branches(debug: Debugger): void {
  const { history } = debug.session;
  for (const { id, name, parent, end } of history.branches) {
    const from = parent ? ` from ${parent.id} at t=${parent.t}` : '';
    debug.write(`${id === history.current ? '*' : ' '} ${id} ${name}: t=0..${end}${from}\n`, {
      kind: 'branch',
      id,
      name,
      parent,
      end,
    });
  }
}

export const TOPICS: Readonly<Record<string, Info>> = {
  breakpoints,
  registers,
  processes,
  mappings,
  symbol,
  vfork,
  syscalls: (debug, args) => showEvents(debug, args, ({ kind }) => kind === 'text'),
  record,
  frame: infoFrame,
  line: infoLine,
  sources: infoSources,
  locals: infoLocals,
  args: infoArgs,
  branches,
  display: (debug) => {
    for (const { id, command } of debug.displays) debug.write(`${id}: ${command}\n`);
  },
};

/** Names of gdb for what is the same here. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ b: 'breakpoints', watchpoints: 'breakpoints', proc: 'processes', threads: 'processes', inferiors: 'processes' },
  ...{ r: 'registers', reg: 'registers', 'all-registers': 'registers', s: 'frame', sym: 'symbol' },
};

function info(debug: Debugger, args: string): void | Promise<void> {
  const [, name = '', given = ''] = /^([\w-]*)\s*(.*)$/s.exec(args) ?? [];
  const rest = name === 'all-registers' ? 'all' : given;
  const names = Object.keys(TOPICS);
  const found = ALIASES[name] ?? names.find((topic) => name !== '' && topic.startsWith(name));
  const show = found === undefined ? undefined : TOPICS[found];
  if (!show) throw new CliError(`info ${name}: not known`, { hint: `Topics: ${names.join(', ')}.` });
  return show(debug, rest);
}

export const infoCommands: readonly DebugCommand[] = [
  {
    names: ['info', 'i'],
    usage: 'TOPIC',
    help: `what there is: ${Object.keys(TOPICS).join(', ')}`,
    example: 'info reg eax',
    run: info,
  },
];
