import { RECORD } from '../../emulator/engine/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import { EXIT, type ExitKind, type VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import type { Happening, History, Observer } from '../history/index.ts';
import { InstructionRecorder } from './instruction-recorder.ts';
import { pcOf } from './places.ts';
import { type Breathe, runForward } from './search.ts';

/** Who stored a byte. */
export interface Writer {
  /** The instant of the instruction, or of the trap for which the kernel stored it. */
  readonly at: number;
  readonly pid: number;
  readonly pc: VirtAddr;
  /** `user`: an edit, in front of the instruction at `at`. */
  readonly by: 'instruction' | 'kernel' | 'user';
}

/** A range of memory; `space` is Mm.space. */
export interface UserRange {
  readonly space: number;
  readonly start: VirtAddr;
  readonly lenBytes: number;
}

const MAX_ACCESSES = 1 << 16;

/**
 * Who stored each byte of a range last before now; null where nobody did in the last `maxBack` instructions. The stretches between
 * checkpoints are run again, recorded; the machine then stands where it stood.
 */
export async function lastWriters(
  history: History,
  range: UserRange,
  maxBack: number,
  breathe: Breathe,
): Promise<(Writer | null)[]> {
  const from = history.t;
  const writers: (Writer | null)[] = new Array(range.lenBytes).fill(null);
  for (let end = from; end > Math.max(0, from - maxBack) && writers.includes(null); ) {
    const start = history.seekBefore(end - 1);
    const found: (Writer | null)[] = new Array(range.lenBytes).fill(null);
    const observer = new WriteObserver(history.machine, range, ({ addr, lenBytes, writer }) => {
      found.fill(writer, Math.max(0, addr - range.start), Math.max(0, addr + lenBytes - range.start));
      return false;
    });
    try {
      if ((await runForward(history, { untilT: end, observer }, breathe)) === null) break;
    } finally {
      observer.end();
    }
    for (let i = 0; i < writers.length; i++) writers[i] ??= found[i] ?? null;
    end = start;
  }
  history.seek(from);
  return writers;
}

/** The first who stored into a range before now; null where nobody did, or it was not waited for. The machine then stands where it stood. */
export async function firstWriter(history: History, range: UserRange, breathe: Breathe): Promise<Writer | null> {
  const from = history.t;
  let first: Writer | null = null;
  history.seekBefore(0);
  const observer = new WriteObserver(history.machine, range, ({ writer }) => {
    first ??= writer;
    return true;
  });
  try {
    await runForward(history, { untilT: from, observer }, breathe);
  } finally {
    observer.end();
  }
  history.seek(from);
  return first;
}

/** A store, or what of it lies in the range. */
export interface Write {
  readonly addr: VirtAddr;
  readonly lenBytes: number;
  readonly writer: Writer;
  /** The first instant that has it. */
  readonly from: number;
}

/** Tells what is stored into the range while the machine runs, in order; true ends the run behind it. */
export class WriteObserver implements Observer {
  private readonly machine: Machine;
  private readonly range: UserRange;
  private readonly tell: (write: Write) => boolean;
  private readonly recorder: InstructionRecorder;
  private stored: { addr: VirtAddr; lenBytes: number }[] = [];
  private isRunning = false;
  private isEdit = false;
  private isOver = false;
  /** How often a task has run. */
  runs = 0;
  /** Memory of the run under way: exec and exit leave it. */
  private space = -1;

  constructor(machine: Machine, range: UserRange, tell: (write: Write) => boolean) {
    this.machine = machine;
    this.range = range;
    this.tell = tell;
    this.recorder = new InstructionRecorder(machine, { what: RECORD.pcs, maxAccesses: MAX_ACCESSES });
    machine.kernel.userWrites = (mm, addr, bytes) => this.hear(mm, addr, bytes.length);
  }

  end(): void {
    this.machine.kernel.userWrites = null;
    this.recorder.end();
  }

  budget(task: Task): number {
    this.isRunning = true;
    this.space = task.mm?.space ?? -1;
    return this.recorder.begin(task);
  }

  ran(task: Task, t: number, exit: ExitKind): boolean {
    this.isRunning = false;
    this.runs++;
    if (this.space === this.range.space) this.see(task, t);
    const trap = exit === EXIT.syscall ? this.machine.t - 1 : this.machine.t;
    for (const { addr, lenBytes } of this.stored.splice(0)) {
      this.keep(addr, lenBytes, { at: trap, pid: task.pid, pc: this.lastPc(task), by: 'kernel' }, trap + 1);
    }
    return this.isOver;
  }

  happens(what: Happening | null): void {
    this.isEdit = what?.kind === 'set-memory';
  }

  private lastPc(task: Task): VirtAddr {
    const { recording } = this.recorder;
    if (!recording || recording.nrInsns === 0) return pcOf(this.machine.kernel, task);
    return recording.pc(recording.nrInsns - 1);
  }

  private see(task: Task, t: number): void {
    const { range } = this;
    const { recording } = this.recorder;
    const end = range.start + range.lenBytes;
    if (!recording) return;
    recording.eachWrite(range.start, end, (address, lenBytes, insn) => {
      const writer = { at: t + insn, pid: task.pid, pc: recording.pc(insn), by: 'instruction' } as const;
      this.keep(address, lenBytes, writer, writer.at + 1);
    });
  }

  private hear(mm: Mm, addr: VirtAddr, lenBytes: number): void {
    if (mm.space !== this.range.space) return;
    if (this.isRunning) {
      this.stored.push({ addr, lenBytes });
      return;
    }
    const k = this.machine.kernel;
    const task = k.state.tasks.get(k.state.current);
    const by = this.isEdit ? 'user' : 'kernel';
    const writer = { at: this.machine.t, pid: k.state.current, pc: task ? pcOf(k, task) : 0, by } as const;
    this.keep(addr, lenBytes, writer, writer.at);
  }

  private keep(addr: VirtAddr, lenBytes: number, writer: Writer, from: number): void {
    const start = Math.max(this.range.start, addr);
    const end = Math.min(this.range.start + this.range.lenBytes, addr + lenBytes);
    if (start < end && this.tell({ addr: start, lenBytes: end - start, writer, from }) === true) this.isOver = true;
  }
}
