import { generalRegisters, registerNamed, registerValue, spOf } from '../../../../debugger/session/index.ts';
import type { Task } from '../../../../kernel/task.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { whereText } from '../show.ts';
import { infoFrame, infoLine, infoSources } from './lines.ts';
import { infoArgs, infoLocals } from './variables.ts';

type Info = (debug: Debugger, args: string) => void;

function breakpoints(debug: Debugger): void {
  const { points } = debug.session;
  if (points.length === 0) debug.write('No breakpoints, watchpoints or catchpoints.\n');
  for (const point of points) {
    const where = point.kind === 'catchpoint' ? '' : ` 0x${point.address.toString(16)}`;
    const flags = `${point.temporary ? 'del ' : 'keep'} ${point.enabled ? 'y' : 'n'}`;
    const hits = point.hits === 0 ? '' : `  hit ${point.hits} time${point.hits === 1 ? '' : 's'}`;
    debug.write(`${String(point.id).padEnd(4)}${point.kind.padEnd(11)} ${flags} ${where} ${point.text}${hits}\n`);
  }
}

function registers(debug: Debugger, args: string): void {
  const task = debug.task();
  const names = args.split(/\s+/).filter((name) => name !== '');
  const chosen =
    names.length === 0
      ? generalRegisters(task)
      : names.map((name) => {
          const register = registerNamed(task, name.replace(/^\$/, ''));
          if (!register) throw new CliError(`Invalid register \`${name}'`);
          return register;
        });
  for (const register of chosen) {
    const value = registerValue(debug.session.kernel, task, register);
    debug.write(
      `${register.name.padEnd(15)}0x${value.toString(16).padEnd(18)} ${BigInt.asIntN(register.bits, value)}\n`,
    );
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
    );
  }
}

function symbol(debug: Debugger, args: string): void {
  const { mm } = debug.task();
  const at = debug.address(args);
  const place = mm ? debug.session.code.symbols.place(mm, at) : null;
  debug.write(place ? `${place.name} + ${place.offset}\n` : `No symbol matches 0x${at.toString(16)}.\n`);
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

function branches(debug: Debugger): void {
  const { history } = debug.session;
  for (const { id, name, parent, end } of history.branches) {
    const from = parent ? ` from ${parent.id} at t=${parent.t}` : '';
    debug.write(`${id === history.current ? '*' : ' '} ${id} ${name}: t=0..${end}${from}\n`);
  }
}

const TOPICS: Readonly<Record<string, Info>> = {
  breakpoints,
  registers,
  processes,
  mappings,
  symbol,
  vfork,
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

function info(debug: Debugger, args: string): void {
  const [, name = '', rest = ''] = /^(\w*)\s*(.*)$/s.exec(args) ?? [];
  const names = Object.keys(TOPICS);
  const found =
    name === 'proc'
      ? 'processes'
      : name === 'b' || name === 'watchpoints'
        ? 'breakpoints'
        : names.find((topic) => name !== '' && topic.startsWith(name));
  const show = found === undefined ? undefined : TOPICS[found];
  if (!show) throw new CliError(`info ${name}: not known`, { hint: `Topics: ${names.join(', ')}.` });
  show(debug, rest);
}

export const infoCommands: readonly DebugCommand[] = [
  { names: ['info', 'i'], usage: 'TOPIC', help: `what there is: ${Object.keys(TOPICS).join(', ')}`, run: info },
];
