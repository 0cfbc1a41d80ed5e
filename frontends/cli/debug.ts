import { writeAll } from '../../emulator/machine/write-all.ts';
import { createPaint, wantsColor } from './color.ts';
import { parse, verbCommand } from './command.ts';
import { Debugger } from './debug/debugger.ts';
import { runDebugger } from './debug/line.ts';
import { addSessionOptions, openSession, type SessionOptions, scriptOf } from './debug/open.ts';

/** `forkscope debug`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addSessionOptions(
    verbCommand(
      'debug',
      "Step a program forwards and backwards, with gdb's verbs, both sides of a vfork in one history.",
      [
        ['debug ./a.out', 'at the first instruction; "help" lists the verbs'],
        ['debug --ex "b vfork" --ex c ./a.out', 'begin with these commands'],
        ['debug -x FILE ./a.out', 'do the commands of FILE, then leave'],
      ],
    ),
  );
  if (!parse(command, args)) return 0;
  const options = command.opts<SessionOptions>();
  const script = scriptOf(options);
  const session = await openSession('debug', command.args, options, (fd, bytes) => writeAll(fd, bytes));
  try {
    const paint = createPaint(wantsColor(options.color, process.stdout.isTTY === true));
    const write = (text: string): void => writeAll(1, Buffer.from(text));
    await runDebugger({
      create: (breathe) => new Debugger({ session, paint, write, breathe }),
      first: options.ex ?? [],
      script,
    });
    return 0;
  } finally {
    session.close();
  }
}
