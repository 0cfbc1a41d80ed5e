import type { Machine } from '../../emulator/machine/machine.ts';
import { type Entry, type FileAnswer, Journal, type Question } from './journal.ts';
import { type Answers, knownAnswers } from './known-answers.ts';
import type { JournalOwner } from './ports.ts';

/** Holds the journal while the machine is made, and gives the machine's time to the ports. */
export class Recorder implements JournalOwner {
  journal: Journal;
  machine: Machine | null = null;
  /** True while somebody other than the machine asks: nothing is recorded, nothing taken from the recording. */
  isAside = false;
  /** What the guest's clock says, in ns since the machine's start, where it follows the host's. */
  clockNs = 0;
  /** Reads the host's clock; null where the guest's does not follow it. */
  readClock: (() => number) | null = null;
  private readonly recorded: readonly Entry[];
  private answers: Answers | null = null;

  /** `journal` may be a recording's, `beside` what it knows of files beside that. */
  constructor(journal = new Journal(), beside: readonly Entry[] = []) {
    this.journal = journal;
    this.recorded = [...journal.entries, ...beside];
  }

  now(): number {
    return this.machine?.t ?? 0;
  }

  known(question: Question, holes = false): FileAnswer | null {
    this.answers ??= knownAnswers(this.recorded);
    return this.answers(question, holes);
  }

  /** Look at files of the guest without the machine's knowledge. */
  aside<T>(look: () => T): T {
    this.isAside = true;
    try {
      return look();
    } finally {
      this.isAside = false;
    }
  }
}
