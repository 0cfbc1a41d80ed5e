import type { History } from '../history/index.ts';
import { type Breathe, runForward } from './search.ts';
import { type UserRange, type Write, WriteObserver, type Writer } from './writers.ts';

/** How far back writers are looked for, in instructions; a run between two traps costs as much as so many. */
const MAX_BACK = 400_000;
const RUN_COST = 100;
/** Looked at on both sides of what is asked for: the next question is about a place near by. */
const PADDING = 2048;
/** Writes that are kept. */
const MAX_WRITES = 1_000_000;

/**
 * Who wrote a stretch of memory, over an interval of the history: asked again a few instants on or back, or a few words further up or
 * down, little or nothing has to be run again.
 */
export class WriteLog {
  private readonly history: History;
  private branch = -1;
  private range: UserRange = { space: -1, start: 0, lenBytes: 0 };
  /** All writes that the instants from `since` to `until` have and `since` has not, in order. */
  private writes: Write[] = [];
  private since = 0;
  private until = 0;
  /** What the question under way has cost. */
  private cost = 0;

  constructor(history: History) {
    this.history = history;
  }

  /**
   * Who stored each byte of a range last before now; null where nobody did lately. The machine stands where it stood, and its tasks may
   * be other objects.
   */
  async lastWriters(range: UserRange, breathe: Breathe): Promise<(Writer | null)[]> {
    const { history } = this;
    const { t } = history;
    this.cover(range, t);
    this.cost = 0;
    const asked = new Writers(range);
    try {
      if (t > this.until) {
        const later = await this.between(this.until, t, breathe);
        if (later) {
          this.writes.push(...later);
          this.until = t;
        }
      }
      asked.take(this.writes, t);
      while (!asked.isWhole && this.since > Math.max(0, t - MAX_BACK) && this.cost < MAX_BACK) {
        const from = history.seekBefore(this.since - 1);
        const earlier = await this.between(from, this.since, breathe);
        if (!earlier) break;
        this.writes = earlier.concat(this.writes);
        this.since = from;
        asked.take(earlier, t);
      }
    } finally {
      if (history.t !== t) history.seek(t);
    }
    return asked.found;
  }

  /** Begin anew where what is known does not help. */
  private cover(range: UserRange, t: number): void {
    const { history } = this;
    const known = this.range;
    const end = range.start + range.lenBytes;
    const holds =
      history.current === this.branch &&
      range.space === known.space &&
      range.start >= known.start &&
      end <= known.start + known.lenBytes;
    if (holds && t >= this.since && t <= this.until + MAX_BACK && this.writes.length < MAX_WRITES) return;
    const start = Math.max(0, range.start - PADDING);
    this.branch = history.current;
    this.range = { space: range.space, start, lenBytes: end + PADDING - start };
    this.writes = [];
    this.since = t;
    this.until = t;
  }

  /** What the instants after `from` to `to` have and `from` has not; null when the user did not want to wait. */
  private async between(from: number, to: number, breathe: Breathe): Promise<Write[] | null> {
    const { history } = this;
    history.seek(from);
    const found: Write[] = [];
    const observer = new WriteObserver(history.machine, this.range, (write) => {
      if (write.from > from && write.from <= to) found.push(write);
      return false;
    });
    try {
      if ((await runForward(history, { untilT: to, observer }, breathe)) === null) return null;
      // What the kernel does before the next instruction, such as a signal's frame, belongs to this instant.
      history.next();
    } finally {
      observer.end();
      this.cost += to - from + RUN_COST * observer.runs;
    }
    return found;
  }
}

/** Who wrote each byte of a range. */
class Writers {
  readonly found: (Writer | null)[];
  private readonly range: UserRange;
  private missing: number;

  constructor(range: UserRange) {
    this.range = range;
    this.found = new Array(range.lenBytes).fill(null);
    this.missing = range.lenBytes;
  }

  get isWhole(): boolean {
    return this.missing === 0;
  }

  /** Writes in order, of which those count that are there at t; those of later writes have been taken before. */
  take(writes: readonly Write[], t: number): void {
    const { found, range } = this;
    for (let i = writes.length - 1; i >= 0 && this.missing > 0; i--) {
      const write = writes[i];
      if (!write || write.from > t) continue;
      const end = Math.min(range.lenBytes, write.addr + write.lenBytes - range.start);
      for (let at = Math.max(0, write.addr - range.start); at < end; at++) {
        if (found[at]) continue;
        found[at] = write.writer;
        this.missing--;
      }
    }
  }
}
