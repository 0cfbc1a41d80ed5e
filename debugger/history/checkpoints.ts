import { snapshotBytes } from '../../emulator/engine/index.ts';
import type { Snapshot } from '../../emulator/machine/snapshot.ts';

/** A snapshot of the machine and its place in the journal. */
export interface Checkpoint {
  readonly t: number;
  readonly cursor: number;
  readonly snapshot: Snapshot;
  /** See Recorder.clockNs. */
  readonly clockNs: number;
  /** Milliseconds that the machine had run when it stood here, from its start. */
  readonly ranMs: number;
  /** Branches that it belongs to. */
  owners: number;
}

/** What the kernel's state of one snapshot takes, about. */
const STATE_BYTES = 96 * 1024;
/** Where nobody looks, this much running between two checkpoints is enough. */
const FAR_GAP_MS = 500;
/** Distances from the focus are told apart from here on. */
const NEAR_MS = 10;

/** The checkpoints of one branch, in order of t, all different. */
export class Checkpoints {
  readonly list: Checkpoint[] = [];

  /** The last one at or before t; the first is at 0 and never goes. */
  before(t: number): Checkpoint {
    const found = this.list[this.indexAfter(t) - 1];
    if (!found) throw new Error('the history has no beginning');
    return found;
  }

  /** The first one behind t. */
  after(t: number): Checkpoint | undefined {
    return this.list[this.indexAfter(t)];
  }

  /** What they take: pages that snapshots of all branches have between them, and kernel states. */
  get lenBytes(): number {
    return this.list.length * STATE_BYTES + snapshotBytes();
  }

  add(checkpoint: Checkpoint): void {
    checkpoint.owners++;
    this.list.splice(this.indexAfter(checkpoint.t), 0, checkpoint);
  }

  /** Give up what costs least to do without until all snapshots fit into `maxBytes`; around the focus they stay dense. */
  thin(maxBytes: number, focusMs: number): void {
    while (this.list.length > 2 && this.lenBytes > maxBytes) {
      const index = this.leastUseful(focusMs);
      const [gone] = this.list.splice(index, 1);
      if (gone) release(gone);
    }
  }

  /** All up to t, for a branch that begins there. */
  upTo(t: number): Checkpoints {
    const copy = new Checkpoints();
    for (const checkpoint of this.list) if (checkpoint.t <= t) copy.add(checkpoint);
    return copy;
  }

  clear(): void {
    for (const checkpoint of this.list.splice(0)) release(checkpoint);
  }

  private leastUseful(focusMs: number): number {
    let best = 1;
    let bestScore = Number.POSITIVE_INFINITY;
    for (let i = 1; i < this.list.length - 1; i++) {
      const gap = (this.list[i + 1]?.ranMs ?? 0) - (this.list[i - 1]?.ranMs ?? 0);
      const distance = Math.abs((this.list[i]?.ranMs ?? 0) - focusMs) + NEAR_MS;
      const score = gap / distance + (gap > FAR_GAP_MS ? gap : 0);
      if (score < bestScore) [best, bestScore] = [i, score];
    }
    return best;
  }

  /** Index of the first one behind t. */
  private indexAfter(t: number): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.list[middle]?.t ?? 0) <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function release(checkpoint: Checkpoint): void {
  checkpoint.owners--;
  if (checkpoint.owners === 0) checkpoint.snapshot.release();
}
