import { EventLog } from '../../debugger/session/index.ts';
import { createTypedConsole } from '../../emulator/machine/typed-console.ts';
import { wantsColor } from '../cli/color.ts';
import { parse, verbCommand } from '../cli/command.ts';
import { addSessionOptions, openSession, type SessionOptions, scriptOf } from '../cli/debug/open.ts';
import { CliError, STATUS } from '../cli/errors.ts';
import { announceProgram, createTraceSink } from '../cli/strace-watch.ts';
import { runFullScreen } from './full-screen.ts';

/** `forkscope tui`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addSessionOptions(
    verbCommand('tui', 'Step a program forwards and backwards on the whole screen, both sides of a vfork.', [
      ['tui ./a.out', 's steps, S steps back, ? lists the keys'],
      ['tui --ex "b vfork" --ex c ./a.out', 'begin with these commands of "debug"'],
      ['tui --replay run.fsr', 'what "record" has written'],
    ]),
  );
  if (!parse(command, args)) return 0;
  const options = command.opts<SessionOptions>();
  refuseNoTerminal();
  const color = wantsColor(options.color, true);
  const commands = [...(options.ex ?? []), ...(scriptOf(options) ?? [])];
  // The screen is ours: the guest has no terminal but one of --tty, and reads what is typed for it.
  const output = (): void => {};
  const typed = createTypedConsole(output);
  const streams = { output, hasInput: false, typed };
  const guestInput = options.stdin === undefined && options.tty === undefined ? typed : null;
  const { session, close } = await openSession('tui', command.args, options, streams);
  const log = new EventLog(session.history, createTraceSink, announceProgram);
  try {
    return await runFullScreen({ session, log, color, commands, guestInput });
  } finally {
    close();
  }
}

/** Throws CliError where there is nothing to draw on. */
function refuseNoTerminal(): void {
  const hint = '"forkscope debug" needs no screen.';
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new CliError('tui: standard input and output are no terminal', { hint, status: STATUS.failure });
  }
  const { TERM } = process.env;
  if (!TERM) throw new CliError('tui: TERM is not set: nobody knows what the terminal can do', { hint });
  if (TERM === 'dumb') throw new CliError('tui: TERM=dumb: a terminal that has no cursor to move', { hint });
}
