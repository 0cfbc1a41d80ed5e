import { registerNamed } from '../../../../debugger/session/index.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import { COMMANDS, type Debugger, findCommand } from '../debugger.ts';
import { showStop } from '../show.ts';

/** `set $eax = 5`. */
function set(debug: Debugger, args: string): void {
  const match = /^\$(\w+)\s*=\s*(.+)$/s.exec(args);
  if (!match) throw new CliError(`set ${args}: not understood`, { hint: 'Write "set $eax = 5".' });
  const task = debug.task();
  const [, name = '', text = ''] = match;
  const register = registerNamed(task, name);
  if (!register) throw new CliError(`Invalid register \`${name}'`);
  const branch = debug.session.setRegister(task, register.name, debug.evaluate(text));
  if (branch)
    debug.write(`A new branch begins here: ${branch.id} ${branch.name}. "branch 0" goes back to the recorded one.\n`);
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
  try {
    debug.session.history.switchTo(Number(args));
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message, { hint: '"info branches" lists them.' });
    throw error;
  }
  await showStop(debug, { kind: 'there' });
}

async function display(debug: Debugger, args: string): Promise<void> {
  if (args === '')
    throw new CliError('display what?', {
      hint: 'A command: "display x/4i $pc", "display info reg eax", "display p $esp".',
    });
  const command = /^(x|p|print|info|bt|disas|stack)\b/.test(args) ? args : `p ${args}`;
  await debug.execute(command);
  debug.displays.push({ id: (debug.displays.at(-1)?.id ?? 0) + 1, command });
}

function undisplay(debug: Debugger, args: string): void {
  if (args === '') debug.displays.length = 0;
  const at = debug.displays.findIndex(({ id }) => id === Number(args));
  if (args !== '' && at < 0) throw new CliError(`${args}: no such display`);
  if (at >= 0) debug.displays.splice(at, 1);
}

function help(debug: Debugger, args: string): void {
  if (args !== '') {
    const { names, usage, help: text } = findCommand(args);
    debug.write(`${names.join(', ')} ${usage}\n  ${text}\n`);
    return;
  }
  for (const { names, usage, help: text } of COMMANDS)
    debug.write(`${`${names.join(', ')} ${usage}`.trim().padEnd(36)} ${text}\n`);
}

/** The debugger itself. */
export const stateCommands: readonly DebugCommand[] = [
  {
    names: ['process', 'proc'],
    usage: '[PID|all]',
    help: 'commands and steps are about this process; "all": about the one that runs next',
    run: selectProcess,
  },
  {
    names: ['set'],
    usage: '$REGISTER = EXPRESSION',
    help: 'change a register; in the past this begins a new branch',
    run: set,
  },
  { names: ['branch'], usage: 'N', help: 'to another branch', run: switchBranch },
  { names: ['display'], usage: 'COMMAND|EXPRESSION', help: 'show it at every stop', run: display },
  { names: ['undisplay'], usage: '[N]', help: 'no longer', run: undisplay },
  { names: ['help', 'h'], usage: '[COMMAND]', help: 'this', run: help },
  {
    names: ['quit', 'q'],
    usage: '',
    help: 'leave',
    run: (debug) => {
      debug.hasQuit = true;
    },
  },
];
