import { readFileSync } from 'node:fs';
import { CliError, hostMessage } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import { COMMANDS, type Debugger, findCommand } from '../debugger.ts';
import { commandLines } from '../open.ts';
import { redisplay, showDisplay, showStop } from '../show.ts';

/** Settings of gdb that say how nothing is asked and no page is held, which is so here. */
const GIVEN = /^(confirm|pagination|height|width)\s+(off|0|unlimited)$/;

/** `set $eax = 5`, `set {int}ADDRESS = 5`, `set var *(char *)ADDRESS = 'a'`, `set $mine = 3`. */
function set(debug: Debugger, args: string): void {
  if (GIVEN.test(args)) return;
  const pending = /^br(?:eakpoint)?\s+pending\s+(on|off|auto)$/.exec(args);
  if (pending) {
    // There is nobody to ask: what gdb does by itself then is not to wait.
    debug.pendingBreakpoints = pending[1] === 'on';
    return;
  }
  const [, text = ''] = /^(?:var(?:iable)?\s+)?(.*)$/s.exec(args) ?? [];
  if (!/[^=!<>]=[^=]/.test(text)) {
    throw new CliError(`set ${args}: not understood`, { hint: 'Write "set $eax = 5" or "set {int}0xffffd93c = 5".' });
  }
  debug.value(text);
}

async function selectProcess(debug: Debugger, args: string): Promise<void> {
  const { session } = debug;
  if (args === 'all' || args === '') session.selected = null;
  else {
    const pid = Number(args);
    if (!session.kernel.state.tasks.has(pid))
      throw new CliError(`No process ${args}.`, { hint: '"info proc" lists them.' });
    session.selected = pid;
  }
  await showStop(debug, { kind: 'there' });
}

async function switchBranch(debug: Debugger, args: string): Promise<void> {
  const { history } = debug.session;
  const known = history.branches.find(({ id, name }) => String(id) === args || name === args);
  if (!known) throw new CliError(`no branch ${args}`, { hint: '"info branches" lists them.' });
  history.switchTo(known.id);
  await showStop(debug, { kind: 'there' });
}

/** `display EXPRESSION`, `display/FORMAT EXPRESSION` (i, s or a size: memory), `display COMMAND`. */
async function display(debug: Debugger, args: string): Promise<void> {
  if (args === '') return redisplay(debug);
  const [, format = ''] = /^\/(\w+)\s/.exec(args) ?? [];
  const isMemory = /[isbhwg]|^\d/.test(format);
  const isCommand = /^(x|p|print|info|bt|backtrace|disas|disassemble|stack|why)\b/.test(args);
  const command = isCommand ? args : `${isMemory ? 'x' : 'p'}${format === '' ? ' ' : ''}${args}`;
  const id = (debug.displays.at(-1)?.id ?? 0) + 1;
  await showDisplay(debug, { id, command });
  debug.displays.push({ id, command });
}

function undisplay(debug: Debugger, args: string): void {
  if (args === '') debug.displays.length = 0;
  const at = debug.displays.findIndex(({ id }) => id === Number(args));
  if (args !== '' && at < 0) throw new CliError(`${args}: no such display`);
  if (at >= 0) debug.displays.splice(at, 1);
}

function echo(debug: Debugger, args: string): void {
  debug.write(args.replace(/\\n/g, '\n').replace(/\\t/g, '\t'));
}

function help(debug: Debugger, args: string): void {
  if (args !== '') {
    const { names, usage, help: text, example } = findCommand(args);
    debug.write(`${names.join(', ')} ${usage}\n  ${text}\n${example ? `  For example: ${example}\n` : ''}`);
    return;
  }
  for (const { names, usage, help: text } of COMMANDS)
    debug.write(`${`${names.join(', ')} ${usage}`.trim().padEnd(36)} ${text}\n`);
}

/** `record FILE`: all that has come from outside until now. */
function record(debug: Debugger, args: string): void {
  const { recordings, session } = debug;
  const path = args.replace(/^save\s+/, '');
  if (!recordings) throw new CliError('recordings are not written here');
  if (path === '')
    throw new CliError('record to which file?', { hint: 'Recording is always on; "record FILE" keeps it.' });
  recordings.save(path);
  debug.write(`t=0 to ${session.history.end} is in ${path}.\n`, { kind: 'recording', path, end: session.history.end });
}

async function replay(debug: Debugger, args: string): Promise<void> {
  if (!debug.recordings) throw new CliError('recordings are not read here');
  if (args === '') throw new CliError('replay which file?', { hint: 'One that "record" has written.' });
  debug.use(debug.recordings.open(args));
  await showStop(debug, { kind: 'there' });
}

/** `quit`, `quit STATUS`. */
function quit(debug: Debugger, args: string): void {
  if (args !== '') debug.exitStatus = Number(BigInt.asUintN(8, debug.evaluate(args)));
  debug.hasQuit = true;
}

/** The commands of a file, as if they were typed; the first that fails ends it. */
async function source(debug: Debugger, args: string): Promise<void> {
  let text: string;
  try {
    text = readFileSync(args, 'utf8');
  } catch (error) {
    throw new CliError(error instanceof Error ? hostMessage(error) : String(error));
  }
  for (const line of commandLines(text)) {
    if (debug.hasQuit) return;
    await debug.execute(line);
  }
}

/** The debugger itself. */
export const stateCommands: readonly DebugCommand[] = [
  {
    names: ['process', 'proc'],
    usage: '[PID|all]',
    help: 'commands and steps are about this process; "all": about the one that runs next',
    example: 'proc 1001',
    run: selectProcess,
  },
  {
    names: ['set'],
    usage: '$REGISTER = EXPRESSION | {TYPE}ADDRESS = EXPRESSION | breakpoint pending on|off',
    help: 'change a register or memory (in the past this begins a new branch), or a setting',
    example: 'set {int}($esp + 4) = 7',
    run: set,
  },
  { names: ['branch'], usage: 'N', help: 'to another branch', example: 'branch 0', run: switchBranch },
  {
    names: ['display'],
    usage: 'COMMAND|EXPRESSION',
    help: 'show it at every stop',
    example: 'display/i $pc',
    run: display,
  },
  { names: ['undisplay'], usage: '[N]', help: 'no longer', example: 'undisplay 1', run: undisplay },
  {
    names: ['record'],
    usage: 'FILE',
    help: 'keep the history of this branch in a file: "replay FILE", "forkscope replay FILE"',
    example: 'record run.fsr',
    run: record,
  },
  {
    names: ['replay'],
    usage: 'FILE',
    help: 'leave this program for a recording',
    example: 'replay run.fsr',
    run: replay,
  },
  { names: ['source'], usage: 'FILE', help: 'do the commands of a file', example: 'source script', run: source },
  { names: ['echo'], usage: 'TEXT', help: 'print it; \\n is a line end', example: 'echo here\\n', run: echo },
  { names: ['help', 'h'], usage: '[COMMAND]', help: 'this', example: 'help x', run: help },
  {
    names: ['quit', 'q'],
    usage: '[STATUS]',
    help: 'leave, with this exit status',
    example: 'quit 3',
    run: quit,
  },
];
