import type { Session } from './session.ts';

/** P for the program that was started, C for the processes that it made. */
export type Mark = 'P' | 'C';

/** The first process is P, its descendants are C. */
export function markOf({ kernel }: Pick<Session, 'kernel'>, pid: number): Mark {
  return pid === kernel.state.initPid ? 'P' : 'C';
}
