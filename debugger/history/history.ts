import type { Machine } from '../../emulator/machine/machine.ts';
import type { ExitKind } from '../../kernel/ports.ts';
import { EXIT, EXIT_KIND } from '../../kernel/ports.ts';
import { nextDeadlineNs } from '../../kernel/sched.ts';
import { nextTimerNs } from '../../kernel/signal/timers.ts';
import type { Task } from '../../kernel/task.ts';
import { type Branch, Branches, type BranchState } from './branches.ts';
import { type Checkpoint, Checkpoints } from './checkpoints.ts';
import { happen } from './happenings.ts';
import { type Entry, type Happening, type HappeningEntry, JournalEnd, JournalMismatch } from './journal.ts';
import { programsOf } from './programs.ts';
import type { Recorder } from './recorder.ts';

/**
 * Why the machine stands where it stands. `limit`: t is what was asked for. `hit`: the observer said so. `done`: every process
 * has ended; `idle`: all sleep, and only something from outside ends that. `slice`: the real time given is over. `unknown`: what comes
 * next cannot be known, see `History.unknown`.
 */
export type Reason = 'limit' | 'hit' | 'done' | 'idle' | 'slice' | 'unknown';

/** Looks over the machine's shoulder while it runs. */
export interface Observer {
  /** The most instructions that the task may now make in one go; Infinity when nothing is wanted. */
  budget?(task: Task): number;
  /** The task has run from `t` to now, and its CPU came back with `exit`. True ends the run here. */
  ran(task: Task, t: number, exit: ExitKind): boolean;
  /** What follows, until null is told, comes from outside. */
  happens?(what: Happening | null): void;
}

export interface AdvanceOptions {
  /** Stop when t is this. */
  readonly untilT?: number;
  readonly sliceMs?: number;
  readonly observer?: Observer;
}

export interface HistoryOptions {
  /** Bound for the journal and the snapshots, in bytes; 0: no snapshots are taken, to record and never look back. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 512 * 1024 ** 2;
/** Running between two checkpoints where somebody looks. */
const GAP_MS = 8;
/** A checkpoint may take this part of the time. */
const COST_SHARE = 20;

/**
 * The one history of a machine: where it stands, where it has been, and the way between. A state is reached by running
 * from the checkpoint before it with the journal's inputs, so it is the same from either side.
 *
 * At `t` the machine has retired t instructions, all that came from outside until then has come, and what the kernel does
 * before the next instruction has been done: `next` is the task that makes it.
 */
export class History {
  readonly machine: Machine;
  private readonly recorder: Recorder;
  private readonly maxBytes: number;
  private readonly all: Branches;
  /** Milliseconds of running that lead to where the machine stands. */
  private ranMs = 0;
  private costMs = 0.2;
  /** False when the instruction at t has already been tried and has not retired: it faulted. */
  private isSettled = true;

  /** The machine must have been made with the recorder's ports, and must not have run. */
  constructor(machine: Machine, recorder: Recorder, options: HistoryOptions = {}) {
    this.machine = machine;
    this.recorder = recorder;
    recorder.machine = machine;
    this.maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.all = new Branches(recorder.journal, new Checkpoints());
    this.checkpoint();
  }

  private get branch(): BranchState {
    return this.all.current;
  }

  get t(): number {
    return this.machine.t;
  }

  /** The last instant that is known; to run on from there is to record. */
  get end(): number {
    return this.branch.end;
  }

  /** True where the machine is ahead of everything that is recorded. */
  get isLive(): boolean {
    return this.recorder.journal.isLive && this.machine.t >= this.branch.end;
  }

  get branches(): readonly Branch[] {
    return this.all.list;
  }

  get current(): number {
    return this.branch.id;
  }

  /** The machine is a recording's, which goes to t at least. `closed` says why no further, null of one that ends with all processes. */
  knowEnd(t: number, closed: string | null): void {
    this.branch.end = t;
    this.branch.closed = closed;
  }

  /** Why the machine cannot go on from the end of this branch; null where it can. */
  get unknown(): string | null {
    return this.branch.closed;
  }

  /** To the end of this branch, and through the fault that ended the last process if one did. */
  seekEnd(): void {
    this.seek(this.branch.end);
    if (this.branch.isOver) this.advance();
  }

  /** All that has come from outside on this branch, to its end. */
  get entries(): readonly Entry[] {
    return this.recorder.journal.entries;
  }

  /** Bytes that this branch takes, and may. */
  get memory(): { journal: number; snapshots: number; checkpoints: number; bound: number } {
    const { checkpoints, journal } = this.branch;
    return {
      journal: journal.lenBytes,
      snapshots: checkpoints.lenBytes,
      checkpoints: checkpoints.list.length,
      bound: this.maxBytes,
    };
  }

  /** What has come and gone until now, the newest first. */
  *passed(): Generator<Entry> {
    const { entries, cursor } = this.recorder.journal;
    for (let at = cursor - 1; at >= 0; at--) {
      const entry = entries[at];
      if (entry) yield entry;
    }
  }

  /** Look at files of the guest without the machine's knowledge. */
  aside<T>(look: () => T): T {
    return this.recorder.aside(look);
  }

  /** What a recording keeps beside the journal: see programsOf. */
  programs(): Entry[] {
    return this.aside(() => programsOf(this.entries, this.machine.kernel.hostFiles));
  }

  /** The task that makes the next instruction, or null where all sleep or have ended. */
  next(): Task | null {
    const next = this.machine.next();
    return next.kind === 'run' ? next.task : null;
  }

  /** Run forward: through what is recorded, then on, recording. */
  advance(options: AdvanceOptions = {}): Reason {
    try {
      return this.run(options);
    } catch (error) {
      if (!(error instanceof JournalEnd || error instanceof JournalMismatch)) throw error;
      this.closeHere(error.message);
      return 'unknown';
    }
  }

  /**
   * Go to an instant between 0 and `end`. Throws RangeError outside, and for one that the machine does not come to again; it then stands
   * at the last that can be reached.
   */
  seek(t: number): void {
    if (!Number.isInteger(t) || t < 0 || t > this.branch.end) {
      throw new RangeError(`t=${t} is not recorded: 0 to ${this.branch.end} is`);
    }
    const from = this.branch.checkpoints.before(t);
    if (t < this.machine.t || from.t > this.machine.t || !this.isSettled) this.restore(from);
    const reason = this.advance({ untilT: t });
    if (this.machine.t !== t) throw new RangeError(`t=${t} cannot be reached: ${this.unknown ?? reason}`);
    this.next();
  }

  /** Stand at the last checkpoint at or before t; returns its instant. */
  seekBefore(t: number): number {
    const checkpoint = this.branch.checkpoints.before(t);
    this.restore(checkpoint);
    return checkpoint.t;
  }

  /**
   * Something comes from outside, here and now. In the past it begins a new branch, which is returned; what was recorded
   * behind this instant stays in the old one. Throws RangeError for what cannot be done; nothing has happened then.
   */
  happen(what: Happening, name?: string): Branch | null {
    const { machine, recorder } = this;
    const idle = machine.next().kind === 'idle';
    try {
      happen(machine, recorder, what);
    } catch (error) {
      // Half of it may have been done.
      this.isSettled = false;
      this.seek(machine.t);
      throw error;
    }
    const forked = this.isLive && this.unknown === null ? null : this.all.fork(machine.t, name);
    recorder.journal = this.branch.journal;
    recorder.journal.append({ kind: 'happening', t: machine.t, idle, what });
    return forked;
  }

  /** True while all sleep and real time alone wakes one of them. */
  get waitsForTime(): boolean {
    const k = this.machine.kernel;
    return this.recorder.readClock !== null && Math.min(nextDeadlineNs(k), nextTimerNs(k)) < Infinity;
  }

  /** Go to the same instant, or the last one, of another branch. Throws RangeError for one that is not there. */
  switchTo(id: number): void {
    const to = this.all.find(id);
    const t = Math.min(this.machine.t, to.end);
    this.all.current = to;
    this.recorder.journal = to.journal;
    this.restore(to.checkpoints.before(t));
    this.seek(t);
  }

  /** Gives the checkpoints back. */
  close(): void {
    this.all.clear();
  }

  private run({ untilT = Infinity, sliceMs = Infinity, observer }: AdvanceOptions): Reason {
    const { machine, branch, recorder } = this;
    const deadline = performance.now() + sliceMs;
    let started = performance.now();
    this.tick();
    for (let rounds = 1; ; rounds++) {
      const due = recorder.journal.nextHappening();
      if (due?.t === machine.t && this.happenAgain(due, untilT, observer)) continue;
      if (machine.t >= untilT) return this.stand(started, 'limit');
      // Behind its last entry nobody knows what came to the machine.
      const known = branch.closed !== null && recorder.journal.isLive ? branch.end : Infinity;
      if (machine.t >= known) return this.stand(started, 'unknown');
      const next = machine.next();
      if (next.kind === 'done') branch.isOver = true;
      if (next.kind !== 'run') return this.stand(started, next.kind);
      const { t } = machine;
      const wanted = observer?.budget?.(next.task) ?? Infinity;
      if (wanted <= 0) return this.hit(started);
      const limit = Math.min(untilT, known, due?.t ?? Infinity);
      machine.execute(next.task, Math.min(next.budget, limit - t, wanted, MAX_RUN));
      const exit = machine.cpu(next.task.isa).exit[EXIT_KIND] as ExitKind;
      const isSettled = exit !== EXIT.fault && exit !== EXIT.exception;
      this.isSettled = isSettled;
      if (observer?.ran(next.task, t, exit)) return this.hit(started);
      if (isSettled && (rounds % LOOK_EVERY === 0 || machine.t - t >= MAX_RUN / 4)) {
        const now = performance.now();
        this.stand(started, 'slice');
        this.passCheckpoint();
        if (now >= deadline) return 'slice';
        started = performance.now();
        this.tick();
      }
    }
  }

  /** Let the guest's clock come up to the host's, which is something from outside. */
  private tick(): void {
    const ns = this.recorder.readClock?.();
    if (ns === undefined || ns <= this.recorder.clockNs || !this.isLive || this.unknown !== null) return;
    this.happen({ kind: 'clock', ns });
  }

  /** In the middle of what the kernel did came a question without an answer: stand at the last instant in front of it. */
  private closeHere(why: string): void {
    const { branch, machine } = this;
    const { t } = machine;
    for (let to = t; ; to--) {
      branch.closed = why;
      branch.end = to;
      this.restore(branch.checkpoints.before(to));
      try {
        this.run({ untilT: to });
        this.next();
        return;
      } catch (error) {
        if (!(error instanceof JournalEnd || error instanceof JournalMismatch) || to === 0) throw error;
      }
    }
  }

  /** Do what was done to the machine at this t; false where an instruction comes before it. */
  private happenAgain(due: HappeningEntry, untilT: number, observer?: Observer): boolean {
    const { machine, recorder } = this;
    const { t } = machine;
    let next = machine.next();
    // Everybody slept then, the last one because its next instruction killed it.
    while (due.idle && next.kind === 'run' && t < untilT) {
      machine.execute(next.task, 1);
      if (machine.t !== t) throw new JournalMismatch('an instruction', 'sleep');
      next = machine.next();
    }
    if (due.idle && next.kind === 'run') return false;
    const found = recorder.journal.peek();
    if (found !== due) throw new JournalMismatch('what came from outside', found?.kind ?? 'no more');
    recorder.journal.cursor++;
    observer?.happens?.(due.what);
    happen(machine, recorder, due.what);
    observer?.happens?.(null);
    return true;
  }

  /** The observer has seen something: stand in front of an instruction that has faulted, as at every other instant. */
  private hit(started: number): Reason {
    this.stand(started, 'hit');
    if (!this.isSettled) this.seek(this.machine.t);
    return 'hit';
  }

  private stand(started: number, reason: Reason): Reason {
    this.ranMs += performance.now() - started;
    this.branch.end = Math.max(this.branch.end, this.machine.t);
    return reason;
  }

  /** Take a checkpoint where the last one is too far behind. */
  private passCheckpoint(): void {
    const { checkpoints } = this.branch;
    if (this.maxBytes === 0) return;
    const before = checkpoints.before(this.machine.t);
    if (this.ranMs - before.ranMs < Math.max(GAP_MS, this.costMs * COST_SHARE)) return;
    if (before.t !== this.machine.t) this.checkpoint();
  }

  private checkpoint(): void {
    const started = performance.now();
    const snapshot = this.machine.snapshot();
    const { clockNs, journal } = this.recorder;
    const { cursor } = journal;
    this.branch.checkpoints.add({ t: this.machine.t, cursor, snapshot, clockNs, ranMs: this.ranMs, owners: 0 });
    this.branch.checkpoints.thin(this.maxBytes - journal.lenBytes, this.ranMs);
    this.costMs = this.costMs * 0.9 + (performance.now() - started) * 0.1;
  }

  private restore(checkpoint: Checkpoint): void {
    this.machine.restore(checkpoint.snapshot);
    this.isSettled = true;
    this.recorder.journal.cursor = checkpoint.cursor;
    this.recorder.clockNs = checkpoint.clockNs;
    this.ranMs = checkpoint.ranMs;
  }
}

/** Instructions between two looks at the clock, at most; and exits. */
const MAX_RUN = 1_000_000;
const LOOK_EVERY = 64;
