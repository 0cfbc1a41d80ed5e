import { writeAll } from '../../emulator/machine/write-all.ts';
import { createPaint, wantsColor } from './color.ts';
import { parse, verbCommand } from './command.ts';
import { jsonAnswers } from './debug/answers.ts';
import { Debugger } from './debug/debugger.ts';
import { runDebugger, textAnswers } from './debug/line.ts';
import { addSessionOptions, openSession, type SessionOptions, scriptOf } from './debug/open.ts';

interface DebugOptions extends SessionOptions {
  json?: boolean;
}

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
  ).option('--json', 'for tools: JSON Lines, commands on standard input (docs/debug-json.md)');
  if (!parse(command, args)) return 0;
  const options = command.opts<DebugOptions>();
  const script = scriptOf(options);
  const write = (text: string): void => writeAll(1, Buffer.from(text));
  const answers = options.json === true ? jsonAnswers(write) : textAnswers(write, writeAll);
  // Where commands come from our standard input the guest has none.
  const isOurs = script === null && (options.json === true || process.stdin.isTTY !== true);
  const opened = await openSession('debug', command.args, options, { output: answers.output, hasInput: !isOurs });
  const paint = createPaint(options.json !== true && wantsColor(options.color, process.stdout.isTTY === true));
  const { session, recordings, terminal } = opened;
  try {
    return await runDebugger({
      create: (breathe) => new Debugger({ session, paint, write: answers.write, breathe, recordings }),
      ...{ answers, first: options.ex ?? [], script, terminal },
    });
  } finally {
    opened.close();
  }
}
