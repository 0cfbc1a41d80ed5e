import type { Checkpoints } from './checkpoints.ts';
import type { Journal } from './journal.ts';

/** One line of what the machine did. An edit in the past begins another one; all are kept. */
export interface Branch {
  readonly id: number;
  readonly name: string;
  /** Where it left which other branch; null for the first. */
  readonly parent: { readonly id: number; readonly t: number } | null;
  /** The last instant that it has come to. */
  readonly end: number;
}

export interface BranchState extends Branch {
  end: number;
  /** All processes have ended at `end`. */
  isOver: boolean;
  /** Why nothing is known beyond `end` and the entries there are, in words; null where the machine can go on. */
  closed: string | null;
  readonly journal: Journal;
  readonly checkpoints: Checkpoints;
}

/** All of them, and the one that the machine is on. */
export class Branches {
  current: BranchState;
  private readonly states: BranchState[] = [];

  constructor(journal: Journal, checkpoints: Checkpoints) {
    this.current = this.add('main', null, 0, journal, checkpoints);
  }

  get list(): readonly Branch[] {
    return this.states.map(({ id, name, parent, end }) => ({ id, name, parent, end }));
  }

  /** Throws RangeError for one that is not there. */
  find(id: number): BranchState {
    const found = this.states.find((one) => one.id === id);
    if (!found) throw new RangeError(`no branch ${id}`);
    return found;
  }

  /** Leave the current one at t: what came until then is on the new one too. */
  fork(t: number, name?: string): BranchState {
    const { id, journal, checkpoints } = this.current;
    const parent = { id, t };
    this.current = this.add(name ?? this.freeName(), parent, t, journal.branch(), checkpoints.upTo(t));
    return this.current;
  }

  /** Gives the checkpoints back. */
  clear(): void {
    for (const { checkpoints } of this.states) checkpoints.clear();
  }

  private add(
    name: string,
    parent: Branch['parent'],
    end: number,
    journal: Journal,
    checkpoints: Checkpoints,
  ): BranchState {
    const { length: id } = this.states;
    const state: BranchState = { id, name, parent, end, isOver: false, closed: null, journal, checkpoints };
    this.states.push(state);
    return state;
  }

  private freeName(): string {
    const names = new Set(this.states.map(({ name }) => name));
    let i = this.states.length;
    while (names.has(`edit-${i}`)) i++;
    return `edit-${i}`;
  }
}
