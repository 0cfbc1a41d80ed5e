import { isatty } from 'node:tty';
import { createPaint, wantsColor } from './color.ts';
import { parse, verbCommand } from './command.ts';
import { busyboxDemo } from './demo/busybox.ts';
import { forkDemo, printedTwiceDemo } from './demo/printed-twice.ts';
import type { Demo } from './demo/types.ts';
import { vforkDemo } from './demo/vfork.ts';
import { CliError } from './errors.ts';
import { createTextOutput } from './output.ts';

/** In the order in which they are shown. */
const DEMOS: readonly Demo[] = [vforkDemo, printedTwiceDemo, forkDemo, busyboxDemo];

function chosen(name: string | undefined): readonly Demo[] {
  if (name === undefined) return DEMOS;
  const demo = DEMOS.find((candidate) => candidate.name === name);
  if (demo) return [demo];
  throw new CliError(`demo: ${name}: no such demo`, { hint: `One of: ${DEMOS.map((each) => each.name).join(', ')}.` });
}

/** `forkscope demo`. */
export async function main(args: readonly string[]): Promise<number> {
  const list = DEMOS.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join('\n');
  const command = verbCommand('demo', 'Show what forkscope is for. Every number comes from a run made now.', [
    ['demo', 'all of them, in this order'],
    ['demo printed-twice', 'one of them'],
  ])
    .argument('[NAME]', 'one demo alone')
    .option('--list', 'print the names')
    .option('--color <WHEN>', 'auto, always or never', 'auto')
    .addHelpText('after', `\nDemos:\n${list}`);
  if (!parse(command, args)) return 0;
  const options = command.opts<{ list?: boolean; color: string }>();
  const output = createTextOutput(undefined, 1);
  if (options.list) {
    output.write(`${list}\n`);
  } else {
    const paint = createPaint(wantsColor(options.color, isatty(1)));
    const wanted = chosen(command.args[0]);
    for (const [at, demo] of wanted.entries()) {
      const number = wanted.length > 1 ? `${at + 1}/${wanted.length}  ` : '';
      output.write(`${at > 0 ? '\n' : ''}${paint.bold(`${number}${demo.title}`)}\n`);
      await demo.play({ write: (text) => output.write(text), paint });
      output.flush();
    }
  }
  output.close();
  return 0;
}
