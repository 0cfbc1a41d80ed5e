import { placeText } from '../../../debugger/code.ts';
import { type Recording, recordRun } from '../../../debugger/recording.ts';
import type { EventRecord, StepRecord } from '../../../debugger/records.ts';
import type { TakenReturn } from '../../../debugger/why.ts';
import { signalName } from '../../../kernel/abi/signal.ts';
import { createTraceSink } from '../strace-watch.ts';
import { instructionText } from '../trace-text.ts';
import { type Actors, createActors } from './actors.ts';
import { type GuestRun, startGuest } from './guest.ts';
import type { Demo, Stage } from './types.ts';

interface Played extends Recording {
  readonly guest: GuestRun;
  readonly actors: Actors;
}

async function record(name: string, stage: Stage): Promise<Played> {
  const guest = await startGuest(name, 'i386');
  const recording = recordRun(guest.machine, guest.code, {
    text: (take) => createTraceSink(guest.machine.kernel, take),
  });
  guest.machine.close();
  return { ...recording, guest, actors: createActors(recording.events, stage.paint) };
}

export const printedTwiceDemo: Demo = {
  name: 'printed-twice',
  title: '"child proc" printed twice: a vfork child that returns, i386',
  async play(stage) {
    const played = await record('child-printed-twice', stage);
    showOutput(stage, played);
    const [first, ...others] = played.returns.found;
    if (!first) throw new Error('no return was taken over: the run is not what it should be');
    explain(stage, played, first);
    for (const other of others) stage.write(`Then ${retold(other, played)}\n`);
  },
};

export const forkDemo: Demo = {
  name: 'fork',
  title: 'The same program, with fork in place of vfork',
  async play(stage) {
    const played = await record('child-printed-twice-fork', stage);
    showOutput(stage, played);
    const spaces = new Set(played.steps.map((step) => step.mm));
    const { length: stolen } = played.returns.found;
    stage.write(`${played.actors.count} processes in ${spaces.size} address spaces: each has a stack of its own.\n`);
    stage.write(`Returns to an address put there by another process: ${stolen}. The bug stays hidden.\n`);
  },
};

function showOutput({ write, paint }: Stage, { guest, events, actors }: Played): void {
  write(
    `${paint.dim('It writes:')}\n${guest.console
      .bytes()
      .toString()
      .replace(/^(?=.)/gm, '  ')}`,
  );
  for (const event of events) if (event.kind === 'killed' || event.kind === 'exit') write(`${ending(event, actors)}\n`);
}

function ending(event: EventRecord, actors: Actors): string {
  const how =
    event.kind === 'killed' ? `is killed by ${signalName(event.signal ?? 0)}` : `exits with ${event.status ?? 0}`;
  return `${actors.name(event.pid)} ${how} at t=${event.t}.`;
}

/** The three instructions, each with its t. */
function explain({ write, paint }: Stage, { actors, steps }: Played, taken: TakenReturn): void {
  const { pushed, slept, took, slot, value, meant, wokenAt } = taken;
  const at = `[${slot.toString(16)}]`;
  const name = (address: number): string => nameOf(address, steps);
  write(`${paint.bold('Three instructions explain it.')} They meet in the stack word ${at}.\n`);
  write(`${heading('Who pushed the address', paint.bold)}${line(pushed, actors)}`);
  write(`    puts ${value.toString(16)} there, ${name(value)}`);
  if (meant)
    write(
      `; ${actors.name(meant.step.pid)} had put\n    ${meant.value.toString(16)}, ${name(meant.value)}, at t=${meant.step.t} (${instructionText(meant.step)})`,
    );
  write('\n');
  if (slept) {
    write(`${heading('Who slept', paint.bold)}${line(slept, actors)}`);
    write(
      `    sleeps in vfork${wokenAt === null ? '' : ` until t=${wokenAt}`}, its stack in the hands of ${actors.name(pushed.pid)}\n`,
    );
  }
  write(`${heading('Whose ret took it', paint.bold)}${line(took, actors)}`);
  write(`    goes to ${value.toString(16)}, ${name(value)}${meant ? `, not to ${name(meant.value)}` : ''}\n`);
}

function heading(text: string, bold: (text: string) => string): string {
  return `  ${bold(text)}\n`;
}

function line(step: StepRecord, actors: Actors): string {
  const where = (step.place ? placeText(step.place) : '').padEnd(14);
  return `    t=${String(step.t).padEnd(4)} ${actors.name(step.pid)} ${step.pc.toString(16)} ${where} ${instructionText(step)}\n`;
}

/** The name of an address that was executed, from the steps. */
function nameOf(address: number, steps: readonly StepRecord[]): string {
  const step = steps.find((candidate) => candidate.pc === address);
  return step?.place
    ? step.place.offset === 0
      ? `the first byte of ${step.place.name}`
      : placeText(step.place)
    : 'no code';
}

function retold({ took, value, pushed }: TakenReturn, { actors, steps }: Played): string {
  const target = nameOf(value, steps);
  return `${actors.name(took.pid)}'s ret at t=${took.t} takes ${value.toString(16)} (${target}), which ${actors.name(pushed.pid)} wrote at t=${pushed.t}.`;
}
