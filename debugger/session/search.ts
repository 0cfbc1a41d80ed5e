import { setTimeout } from 'node:timers/promises';
import type { History, Observer, Reason } from '../history/index.ts';

/** Gives the event loop its turn; false when the user wants the run to stop. */
export type Breathe = () => Promise<boolean>;

const SLICE_MS = 20;
/** How often input is looked for while the guest waits for it. */
const POLL_MS = 5;

/** Run forward until the observer, t or the machine ends it; null when the user did. */
export async function runForward(
  history: History,
  options: { readonly untilT?: number; readonly observer: Observer },
  breathe: Breathe,
): Promise<Exclude<Reason, 'slice'> | null> {
  for (;;) {
    const reason = history.advance({ ...options, sliceMs: SLICE_MS });
    if (reason !== 'slice') return reason;
    if (!(await breathe())) return null;
  }
}

/**
 * While all sleep: wait until input comes for one of them, or real time has passed that may wake one. 'never' when neither can be,
 * 'interrupted' when the user does not want to wait.
 */
export async function awaitOutside(history: History, breathe: Breathe): Promise<'came' | 'never' | 'interrupted'> {
  const { console } = history.machine;
  while (history.isLive && (console.isAwaited?.() || history.waitsForTime)) {
    if (console.isAwaited?.() && console.poll()) {
      history.happen({ kind: 'wake-readers' });
      return 'came';
    }
    await setTimeout(POLL_MS);
    if (!(await breathe())) return 'interrupted';
    if (history.waitsForTime) return 'came';
  }
  return 'never';
}

/** Something that happened at an instant. */
interface Dated {
  readonly at: number;
}

/**
 * The last thing before `limit`, and not before `floor`, that an observer tells, and null when there is none; 'interrupted' when the user did not want to wait.
 * The stretches between checkpoints are run again one by one, the newest first. Leaves the machine somewhere in the past.
 */
export async function searchBack<T extends Dated>(
  history: History,
  limit: number,
  createObserver: (tell: (what: T) => void) => Observer,
  breathe: Breathe,
  floor = 0,
): Promise<T | null | 'interrupted'> {
  for (let end = limit; end > floor; ) {
    const start = history.seekBefore(end - 1);
    let last: T | null = null;
    const observer = createObserver((what) => {
      if (what.at >= floor && what.at < limit) last = what;
    });
    const reason = await runForward(history, { untilT: end, observer }, breathe);
    if (reason === null) return 'interrupted';
    if (last !== null) return last;
    end = start;
  }
  return null;
}
