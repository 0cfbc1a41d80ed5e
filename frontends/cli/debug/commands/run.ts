import type { Direction } from '../../../../debugger/session/index.ts';
import { CliError } from '../../errors.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { showStop } from '../show.ts';

/** A number of times, 1 without one. Throws CliError. */
export function count(args: string): number {
  if (args === '') return 1;
  const value = Number(args);
  if (!Number.isSafeInteger(value) || value < 1) throw new CliError(`${args}: not a number of steps`);
  return value;
}

function resume(direction: Direction): DebugCommand['run'] {
  return (debug) => debug.go((way) => debug.session.resume(way, debug.breathe), direction);
}

function step(direction: Direction): DebugCommand['run'] {
  return (debug, args) => debug.go((way) => debug.session.stepInstructions(count(args), way, debug.breathe), direction);
}

function next(direction: Direction): DebugCommand['run'] {
  return async (debug, args) => {
    const times = count(args);
    for (let i = 1; i < times; i++) {
      const stop = await debug.session.nextInstruction(direction, debug.breathe);
      if (stop.kind !== 'there') return showStop(debug, stop);
    }
    await debug.go((way) => debug.session.nextInstruction(way, debug.breathe), direction);
  };
}

function finish(direction: Direction): DebugCommand['run'] {
  return (debug) => debug.go((way) => debug.session.finish(way, debug.breathe), direction);
}

async function goto(debug: Debugger, args: string): Promise<void> {
  const { session } = debug;
  const t = args === 'end' ? session.history.end : args === 'start' ? 0 : Number(args);
  if (args === '' || Number.isNaN(t))
    throw new CliError(`goto ${args}: not an instant`, { hint: 'An instant is a number, "start" or "end".' });
  try {
    await showStop(debug, session.goto(t));
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message);
    throw error;
  }
}

/** Moving through time. */
export const runCommands: readonly DebugCommand[] = [
  { names: ['continue', 'c'], usage: '', help: 'run until something stops it', repeats: true, run: resume('forward') },
  {
    names: ['reverse-continue', 'rc'],
    usage: '',
    help: 'run back until something stops it',
    repeats: true,
    run: resume('back'),
  },
  {
    names: ['stepi', 'si'],
    usage: '[N]',
    help: 'N instructions of the machine, or of the process that was selected',
    repeats: true,
    run: step('forward'),
  },
  { names: ['reverse-stepi', 'rsi'], usage: '[N]', help: 'the same backwards', repeats: true, run: step('back') },
  {
    names: ['nexti', 'ni'],
    usage: '[N]',
    help: 'N instructions of this process; a call is one',
    repeats: true,
    run: next('forward'),
  },
  { names: ['reverse-nexti', 'rni'], usage: '[N]', help: 'the same backwards', repeats: true, run: next('back') },
  {
    names: ['finish', 'fin'],
    usage: '',
    help: 'until this function has returned',
    repeats: true,
    run: finish('forward'),
  },
  {
    names: ['reverse-finish', 'rfin'],
    usage: '',
    help: 'back to the call of this function',
    repeats: true,
    run: finish('back'),
  },
  { names: ['goto'], usage: 'T|start|end', help: 'to an instant', run: goto },
  {
    names: ['when'],
    usage: '',
    help: 'the instant',
    run: (debug) => debug.write(`t=${debug.session.history.t} of ${debug.session.history.end}\n`),
  },
];
