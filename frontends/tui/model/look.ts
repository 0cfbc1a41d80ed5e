import { type EventLog, pcOf, type Session, type Sources } from '../../../debugger/session/index.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { VirtAddr } from '../../../kernel/ports.ts';
import { codeView } from './code.ts';
import { eventViews, outputLines } from './events.ts';
import type { Instant } from './instant.ts';
import { pairOf } from './processes.ts';
import { type Changes, registerView } from './registers.ts';
import { stackView } from './stack.ts';
import { timelineView } from './timeline.ts';

/** How much of everything there is room for, and what the user looks at. */
export interface Wanted {
  readonly codeRows: number;
  readonly stackRows: number;
  readonly outputRows: number;
  readonly eventRows: number;
  readonly lanes: number;
  /** Null for the next instruction. */
  readonly codeAt: VirtAddr | null;
  readonly stackAt: VirtAddr | null;
  /** Events left out at the end of the list. */
  readonly eventsBack: number;
}

/** Look at the machine as it stands. `status` is made by who knows the words for it. */
export async function lookAt(
  session: Session,
  log: EventLog,
  changes: Changes,
  wanted: Wanted,
  {
    status,
    sources,
    breathe,
  }: {
    readonly status: () => string;
    readonly sources: Sources;
    readonly breathe: () => Promise<boolean>;
  },
): Promise<Instant> {
  const { task } = session;
  const { t, end } = session.history;
  const rest = {
    ...{ t, end, status: status() },
    output: outputLines(session, wanted.outputRows),
    events: eventViews(session, log, { count: wanted.eventRows, back: wanted.eventsBack }),
    timeline: timelineView(session, log, wanted.lanes),
  };
  if (!task?.mm) {
    return { ...rest, wordBytes: 4, code: { title: '', rows: [] }, stack: { sharers: [], rows: [] }, registers: [] };
  }
  const code = codeView({ session, sources }, task, wanted.codeAt ?? pcOf(session.kernel, task), wanted.codeRows);
  const registers = pairOf(session, task).map((one) => registerView(session, one, changes, task));
  const stack = await stackView(session, task, { count: wanted.stackRows, selected: wanted.stackAt }, breathe);
  return { ...rest, wordBytes: archOf(task.isa).wordBytes, code, stack, registers };
}
