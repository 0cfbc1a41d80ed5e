import type { SignalStruct } from './task.ts';

/** [soft, hard]; Infinity is RLIM_INFINITY. */
export type Limit = readonly [soft: number, hard: number];

/** The table is shared by copies, so that a change makes a new one. */
export function setRlimit(signal: SignalStruct, resource: number, limit: Limit): void {
  signal.rlim = signal.rlim.with(resource, limit);
}
