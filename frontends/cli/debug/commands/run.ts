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
  const t = debug.instant(args);
  await showStop(
    debug,
    debug.attempt(() => session.goto(t)),
  );
}

/** Moving through time. */
export const runCommands: readonly DebugCommand[] = [
  {
    names: ['continue', 'c'],
    usage: '',
    help: 'run until something stops it',
    example: 'c',
    repeats: true,
    run: resume('forward'),
  },
  {
    names: ['reverse-continue', 'rc'],
    usage: '',
    help: 'run back until something stops it',
    example: 'rc',
    repeats: true,
    run: resume('back'),
  },
  {
    names: ['stepi', 'si'],
    usage: '[N]',
    help: 'N instructions of the machine, or of the process that was selected',
    example: 'si 10',
    repeats: true,
    run: step('forward'),
  },
  {
    names: ['reverse-stepi', 'rsi'],
    usage: '[N]',
    help: 'the same backwards',
    example: 'rsi',
    repeats: true,
    run: step('back'),
  },
  {
    names: ['nexti', 'ni'],
    usage: '[N]',
    help: 'N instructions of this process; a call is one',
    example: 'ni',
    repeats: true,
    run: next('forward'),
  },
  {
    names: ['reverse-nexti', 'rni'],
    usage: '[N]',
    help: 'the same backwards',
    example: 'rni',
    repeats: true,
    run: next('back'),
  },
  {
    names: ['finish', 'fin'],
    usage: '',
    help: 'until this function has returned',
    example: 'fin',
    repeats: true,
    run: finish('forward'),
  },
  {
    names: ['reverse-finish', 'rfin'],
    usage: '',
    help: 'back to the call of this function',
    example: 'rfin',
    repeats: true,
    run: finish('back'),
  },
  {
    names: ['run', 'r'],
    usage: '',
    help: 'from the beginning until something stops it; what is recorded is not made anew',
    example: 'run',
    run: async (debug) => {
      debug.session.goto(0);
      await debug.go((way) => debug.session.resume(way, debug.breathe), 'forward');
    },
  },
  {
    names: ['start'],
    usage: '',
    help: 'from the beginning to main',
    example: 'start',
    run: async (debug) => {
      debug.session.goto(0);
      await debug.execute('tbreak main');
      await debug.go((way) => debug.session.resume(way, debug.breathe), 'forward');
    },
  },
  { names: ['goto'], usage: 'T|start|end', help: 'to an instant', example: 'goto 412', run: goto },
  {
    names: ['when'],
    usage: '',
    help: 'the instant',
    example: 'when',
    run: (debug) => debug.write(`t=${debug.session.history.t} of ${debug.session.history.end}\n`),
  },
];
