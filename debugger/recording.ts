import type { Machine } from '../emulator/machine/machine.ts';
import type { TraceSink } from '../kernel/trace.ts';
import type { CodeReader } from './code.ts';
import { recordEvents } from './events.ts';
import type { EventRecord, StepRecord } from './records.ts';
import { createStepper } from './stepper.ts';
import { type ReturnWatch, watchReturns } from './why.ts';

/** A run that was stepped from its start to its end. */
export interface Recording {
  readonly steps: readonly StepRecord[];
  /** All events in order, also those that belong to no step. */
  readonly events: readonly EventRecord[];
  readonly returns: ReturnWatch;
  /** `done`: every process has ended; `idle`: all sleep for ever; `limit`: too long. */
  readonly reason: 'done' | 'idle' | 'limit';
}

export interface RecordOptions {
  readonly maxSteps?: number;
  /** Hears strace's lines, which become events of kind `text`. */
  readonly text?: (take: (pid: number, line: string) => void) => TraceSink;
  /** Called after each step, when it has been taken into account; the machine stands behind it. */
  readonly onStep?: (step: StepRecord, returns: ReturnWatch) => void;
}

/** Step the machine to its end and keep everything. */
export function recordRun(machine: Machine, code: CodeReader, options: RecordOptions = {}): Recording {
  const k = machine.kernel;
  const stepper = createStepper(machine, code);
  const returns = watchReturns();
  const steps: StepRecord[] = [];
  const events: EventRecord[] = [];
  const text = options.text?.((pid, line) => take({ t: k.state.t, pid, kind: 'text', text: line })) ?? null;
  function take(event: EventRecord): void {
    events.push(event);
    stepper.take(event);
  }
  k.trace = recordEvents(k, take, text);
  const { maxSteps = 1_000_000 } = options;
  while (steps.length < maxSteps) {
    const record = stepper.step();
    if (record.kind === 'stop') return { steps, events, returns, reason: record.reason };
    steps.push(record);
    returns.see(record);
    options.onStep?.(record, returns);
  }
  return { steps, events, returns, reason: 'limit' };
}
