import { type EventLog, type LoggedEvent, type Mark, markOf, type Session } from '../../../debugger/session/index.ts';

/** A process's life. */
export interface Lane {
  readonly pid: number;
  readonly mark: Mark;
  readonly born: number;
  /** Null while it lives, as far as is known. */
  readonly ended: number | null;
  /** While it sleeps in vfork: its memory is in a child's hands. */
  readonly blocked: readonly (readonly [from: number, to: number])[];
  readonly glyphs: readonly { readonly t: number; readonly glyph: Glyph }[];
}

/** What happened, the weightiest first: where there is room for one, it is that. */
export const GLYPHS = ['X', 'x', '!', 'v', 'f', 'c', 'e', '+'] as const;
export type Glyph = (typeof GLYPHS)[number];

export interface TimelineView {
  readonly t: number;
  readonly end: number;
  readonly lanes: readonly Lane[];
}

interface Growing extends Lane {
  ended: number | null;
  readonly blocked: [number, number][];
  readonly glyphs: { t: number; glyph: Glyph }[];
}

/** All that is known of the history, behind and ahead; at most `count` processes: those that live now, then those that ended last. */
export function timelineView(session: Session, log: EventLog, count: number): TimelineView {
  const { t, end } = session.history;
  const isAlive = ({ born, ended }: Lane): boolean => born <= t && (ended === null || ended >= t);
  const chosen = [...lanesOf(session, log.events, end)]
    .sort((a, b) => Number(isAlive(b)) - Number(isAlive(a)) || Math.abs(t - a.born) - Math.abs(t - b.born))
    .slice(0, count);
  return { t, end, lanes: chosen.sort((a, b) => a.pid - b.pid) };
}

/** Lanes of a log, which stay the same while nothing new happens. */
const known = new WeakMap<readonly LoggedEvent[], { length: number; end: number; lanes: readonly Lane[] }>();

function lanesOf(session: Session, events: readonly LoggedEvent[], end: number): readonly Lane[] {
  const before = known.get(events);
  if (before?.length === events.length && before.end === end) return before.lanes;
  const lanes = drawLanes(session, events, end);
  known.set(events, { length: events.length, end, lanes });
  return lanes;
}

function drawLanes(session: Session, events: readonly LoggedEvent[], end: number): Lane[] {
  const lanes = new Map<number, Growing>();
  const laneOf = (pid: number, born: number): Growing => {
    let lane = lanes.get(pid);
    if (!lane) {
      lane = { pid, mark: markOf(session, pid), born, ended: null, blocked: [], glyphs: [] };
      lanes.set(pid, lane);
    }
    return lane;
  };
  for (const event of events) {
    const lane = laneOf(event.pid, 0);
    if (event.kind === 'fork' && event.child !== undefined) laneOf(event.child, event.from);
    if (event.kind === 'vfork-wait') lane.blocked.push([event.from, end]);
    const sleep = lane.blocked.at(-1);
    if (event.kind === 'vfork-done' && sleep) sleep[1] = event.from;
    if (event.kind === 'exit' || event.kind === 'killed') lane.ended = event.from;
    const glyph = glyphOf(event);
    if (glyph) lane.glyphs.push({ t: event.from, glyph });
  }
  return [...lanes.values()];
}

const FORKS: Readonly<Record<string, Glyph>> = { fork: 'f', vfork: 'v', clone: 'c' };

function glyphOf(event: LoggedEvent): Glyph | null {
  switch (event.kind) {
    case 'fork':
      return FORKS[event.how ?? ''] ?? null;
    case 'exec':
      return 'e';
    case 'signal':
      return '!';
    case 'exit':
      return 'x';
    case 'killed':
      return 'X';
    case 'text':
      return /^(---|\+\+\+)/.test(event.text ?? '') ? null : '+';
    default:
      return null;
  }
}
