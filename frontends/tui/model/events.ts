import { stripVTControlCharacters } from 'node:util';
import { type EventLog, type LoggedEvent, type Mark, markOf, type Session } from '../../../debugger/session/index.ts';

export interface EventView {
  /** The first instant at which it has happened. */
  readonly t: number;
  readonly pid: number;
  readonly mark: Mark;
  readonly text: string;
}

/** The last `count` events that have happened by now; `back` leaves out that many of the newest. */
export function eventViews(
  session: Session,
  log: EventLog,
  { count, back }: { readonly count: number; readonly back: number },
): EventView[] {
  const views: EventView[] = [];
  let skipped = 0;
  for (let at = log.countAt(session.history.t) - 1; at >= 0 && views.length < count; at--) {
    const event = log.events[at];
    const text = event ? textOf(event) : '';
    if (!event || text === '' || skipped++ < back) continue;
    views.push({ t: event.from, pid: event.pid, mark: markOf(session, event.pid), text });
  }
  return views.reverse();
}

/** '' for what other lines tell already. */
function textOf(event: LoggedEvent): string {
  switch (event.kind) {
    case 'text':
      return event.text ?? '';
    case 'fork':
      return `process ${event.child} begins (${event.how})`;
    case 'vfork-done':
      return `goes on: ${event.child} has let go of its memory`;
    default:
      return '';
  }
}

/** The guest's last `count` lines until now, without what would move a terminal's cursor. */
export function outputLines({ history }: Session, count: number): string[] {
  const parts: Uint8Array[] = [];
  let lines = 0;
  for (const entry of history.passed()) {
    if (entry.kind !== 'output' || entry.errno !== 0) continue;
    parts.push(entry.bytes);
    for (const byte of entry.bytes) if (byte === 0x0a) lines++;
    if (lines > count) break;
  }
  const text = Buffer.concat(parts.reverse()).toString('utf8');
  const clean = plainText(text);
  return (clean.endsWith('\n') ? clean.slice(0, -1) : clean).split('\n').slice(-count);
}

function plainText(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\t', '    ')).replace(/[^\n\P{Cc}]/gu, '');
}
