import type { EventRecord } from '../../../debugger/records.ts';
import type { Paint } from '../color.ts';

/** The processes of a demo: the program that was started is P, those it made are C. */
export interface Actors {
  readonly count: number;
  mark(pid: number): 'P' | 'C';
  /** `P1000`, in its colour. */
  name(pid: number): string;
  paint(pid: number): (text: string) => string;
}

export function createActors(events: readonly EventRecord[], paint: Paint): Actors {
  const children = new Set(events.filter((event) => event.kind === 'fork').map((event) => event.child));
  const paintOf = (pid: number) => (children.has(pid) ? paint.child : paint.parent);
  const mark = (pid: number) => (children.has(pid) ? 'C' : 'P');
  return { count: children.size + 1, mark, paint: paintOf, name: (pid) => paintOf(pid)(`${mark(pid)}${pid}`) };
}
