import { RECORD, type Recording } from '../../emulator/engine/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { archOf } from '../../kernel/arch/index.ts';
import type { ExitKind, IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import type { History, Observer } from '../history/index.ts';
import { type Breathe, runForward } from './search.ts';

/** An instruction of the past, as it began. */
export interface Executed {
  readonly t: number;
  readonly pc: VirtAddr;
  readonly sp: VirtAddr;
  /** eflags or cpsr. */
  readonly flags: number;
}

const CHUNK = 1 << 14;
/** Instructions of the machine that are recorded at once. */
const FIRST_WINDOW = 1 << 10;
const MAX_WINDOW = 1 << 18;

/**
 * What the processes executed, from now on backwards: stretches are run again, recorded, the newest first and each longer than
 * the one before. The machine stands where it stood when the caller has enough; 'interrupted' comes when the user does not want to wait.
 */
export async function* pathBack(
  history: History,
  pids: ReadonlySet<number>,
  breathe: Breathe,
): AsyncGenerator<Executed | 'interrupted'> {
  const from = history.t;
  try {
    let window = FIRST_WINDOW;
    for (let end = from; end > 0; window = Math.min(window * 4, MAX_WINDOW)) {
      const start = Math.max(history.seekBefore(end - 1), end - window);
      const found = await executedIn(history, pids, start, end, breathe);
      if (found === null) {
        yield 'interrupted';
        return;
      }
      yield* found.reverse();
      end = start;
    }
  } finally {
    history.seek(from);
  }
}

async function executedIn(
  history: History,
  pids: ReadonlySet<number>,
  start: number,
  end: number,
  breathe: Breathe,
): Promise<Executed[] | null> {
  const nothing: Observer = { ran: () => false };
  if ((await runForward(history, { untilT: start, observer: nothing }, breathe)) === null) return null;
  const observer = new PathObserver(history.machine, pids);
  try {
    return (await runForward(history, { untilT: end, observer }, breathe)) === null ? null : observer.executed;
  } finally {
    observer.end();
  }
}

class PathObserver implements Observer {
  readonly executed: Executed[] = [];
  private readonly machine: Machine;
  private readonly pids: ReadonlySet<number>;
  private readonly recordings = new Map<IsaName, Recording>();

  constructor(machine: Machine, pids: ReadonlySet<number>) {
    this.machine = machine;
    this.pids = pids;
  }

  end(): void {
    for (const recording of this.recordings.values()) recording.stop();
  }

  budget({ isa }: Task): number {
    let recording = this.recordings.get(isa);
    if (!recording) {
      recording = this.machine.cpu(isa).observers.record({ what: RECORD.registers, maxInsns: CHUNK });
      this.recordings.set(isa, recording);
    }
    recording.clear();
    return CHUNK;
  }

  ran({ pid, isa }: Task, t: number, _exit: ExitKind): boolean {
    const recording = this.recordings.get(isa);
    if (!recording || !this.pids.has(pid)) return false;
    const { ptRegs, wordBytes } = archOf(isa);
    for (let i = 0; i < recording.nrInsns; i++) {
      const bytes = recording.insn(i);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const word = (index: number): number =>
        wordBytes === 4 ? view.getUint32(index * 4, true) : Number(view.getBigUint64(index * 8, true));
      this.executed.push({ t: t + i, pc: word(ptRegs.ip), sp: word(ptRegs.sp), flags: word(ptRegs.flags) });
    }
    return false;
  }
}
