import { loadDisassembler } from '../../asm/index.ts';
import { type Around, createAround } from '../../debugger/around.ts';
import { type CodeReader, createCodeReader } from '../../debugger/code.ts';
import { recordEvents } from '../../debugger/events.ts';
import { createImages } from '../../debugger/images.ts';
import type { EventRecord, StepRecord } from '../../debugger/records.ts';
import { createStepper, type Stepper } from '../../debugger/stepper.ts';
import type { Machine, StopReason } from '../../emulator/machine/machine.ts';
import type { Task } from '../../kernel/task.ts';
import type { Watch } from './guest-run.ts';
import { announceProgram, createTraceSink } from './strace-watch.ts';
import type { Roles, TraceText } from './trace-text.ts';

export interface TraceSetup {
  readonly from?: number;
  readonly to?: number;
  readonly pid?: number;
  readonly around?: string;
  readonly syntax: 'att' | 'intel';
  readonly roles: Roles;
  readonly text: TraceText;
}

/** Load what a trace needs; the result makes the watch that writes it. */
export async function prepareTrace(setup: TraceSetup): Promise<(write: (text: string) => void) => Watch> {
  const disassembler = await loadDisassembler();
  return (write) => {
    let trace: Trace | null = null;
    return {
      start(machine) {
        const code = createCodeReader(machine.kernel, disassembler, createImages(machine.kernel), {
          syntax: setup.syntax,
        });
        trace = createTrace(machine, code, setup, write);
      },
      advance: (machine) => (untilT, sliceMs) => {
        if (!trace) throw new Error('the trace has not started');
        return advance(machine, trace, setup, untilT, sliceMs);
      },
      end: () => trace?.flush(),
    };
  };
}

interface Trace {
  readonly around: Around | null;
  /** Whether this task's next instruction is to be printed. */
  wants(task: Task): boolean;
  step(task: Task): void;
  /** The machine runs on without being traced. */
  rest(): void;
  /** Print or drop the events that belong to no step. */
  flush(): void;
}

function createTrace(machine: Machine, code: CodeReader, setup: TraceSetup, write: (text: string) => void): Trace {
  const k = machine.kernel;
  const stepper: Stepper = createStepper(machine, code);
  const around = setup.around === undefined ? null : createAround(machine, code, setup.around);
  const { roles, text } = setup;
  k.trace = recordEvents(
    k,
    (event) => {
      roles.see(event);
      if (event.kind === 'exec') around?.refresh();
      stepper.take(event);
    },
    createTraceSink(k, (pid, line) => stepper.take({ t: k.state.t, pid, kind: 'text', text: line })),
  );
  around?.refresh();
  write(text.head());
  announceProgram(k, k.trace);

  const inRange = (t: number): boolean => t >= (setup.from ?? 0) && t < (setup.to ?? Number.POSITIVE_INFINITY);

  function tell(events: readonly EventRecord[]): void {
    for (const event of events) {
      const wanted = setup.pid === undefined || setup.pid === event.pid;
      if (wanted && inRange(event.t)) write(text.event(event));
    }
  }

  function print(step: StepRecord, task: Task): void {
    const call = around?.see(task, step);
    tell(step.before);
    if (call) write(text.step(callStep(step, call.address, call)));
    write(text.step(step));
    tell(step.events);
  }

  return {
    around,
    wants: (task) =>
      inRange(k.state.t) &&
      (setup.pid === undefined || setup.pid === task.pid) &&
      (around === null || around.wants(task)),
    step(task) {
      const step = stepper.stepTask(task);
      if (step) print(step, task);
    },
    rest: stepper.rest,
    flush() {
      const events = stepper.takeEvents();
      if (around === null) tell(events);
    },
  };
}

/** The call that led to the first instruction of a symbol: it ran just before, at full speed. */
function callStep(
  first: StepRecord,
  address: number,
  line: Pick<StepRecord, 'bytes' | 'mnemonic' | 'operands' | 'place'>,
): StepRecord {
  const { bytes, mnemonic, operands, place } = line;
  return {
    ...first,
    ...{ t: first.t - 1, pc: address, bytes, mnemonic, operands, place },
    ...{ registers: [], writes: [], before: [], events: [] },
  };
}

/** Steps what is wanted, runs the rest at full speed. */
function advance(machine: Machine, trace: Trace, setup: TraceSetup, untilT: number, sliceMs: number): StopReason {
  const deadline = performance.now() + sliceMs;
  const { from = 0, to = Number.POSITIVE_INFINITY } = setup;
  for (let rounds = 0; ; rounds++) {
    if (machine.t >= untilT) return machine.run({ untilT });
    if (rounds % 64 === 63 && performance.now() >= deadline) return 'slice';
    const next = machine.next();
    if (next.kind !== 'run') {
      trace.flush();
      return next.kind;
    }
    if (trace.wants(next.task)) {
      trace.step(next.task);
      continue;
    }
    const border = machine.t < from ? from : machine.t < to ? to : Number.POSITIVE_INFINITY;
    trace.rest();
    machine.execute(next.task, Math.min(next.budget, untilT - machine.t, border - machine.t));
    trace.flush();
  }
}
