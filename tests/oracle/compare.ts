/** Two outcomes as text that can be compared and read: the status first, then both streams. */
import { formatStatus, type Outcome } from './native.ts';

export interface Shown {
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
}

export function show(outcome: Outcome): Shown {
  return {
    status: formatStatus(outcome.status),
    stdout: Buffer.from(outcome.stdout).toString('latin1'),
    stderr: Buffer.from(outcome.stderr).toString('latin1'),
  };
}
