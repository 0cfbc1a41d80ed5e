import { EXIT, EXIT_KIND } from '../../kernel/ports.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { KernelEvent, TraceSink } from '../../kernel/trace.ts';
import { recordEvents } from '../events.ts';
import type { History } from '../history/index.ts';
import type { EventRecord } from '../records.ts';

/** An event, and the first instant at which it has happened. */
export type LoggedEvent = EventRecord & { readonly from: number };

/** Makes lines of strace's words of what it hears. */
export type EventText = (k: Kernel, line: (pid: number, text: string) => void) => TraceSink;

interface Branch {
  readonly events: LoggedEvent[];
  readonly sink: TraceSink;
  /** Instant of the last event, and what was heard at it: a machine that runs through the past tells everything again. */
  t: number;
  heard: Set<string>;
}

/** The oldest events are given up beyond this. */
const MAX_EVENTS = 100_000;

/** All that the kernel told, in the order in which it happened, however often the machine goes to and fro. */
export class EventLog {
  private readonly history: History;
  private readonly text: EventText;
  private readonly branches = new Map<number, Branch>();
  private from = 0;

  /** Listens from now on. `announce` tells what happened before. */
  constructor(history: History, text: EventText, announce: (k: Kernel, sink: TraceSink) => void = () => {}) {
    this.history = history;
    this.text = text;
    const { kernel } = history.machine;
    const { sink } = this.branch();
    history.aside(() => announce(kernel, sink));
    kernel.trace = { event: (event) => this.hear(event) };
  }

  /** All events of this branch, also those that lie ahead. */
  get events(): readonly LoggedEvent[] {
    return this.branch().events;
  }

  /** How many of `events` have happened at t. */
  countAt(t: number): number {
    const { events } = this;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events[middle]?.from ?? 0) <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private hear(event: KernelEvent): void {
    const { history } = this;
    const { t } = history;
    const branch = this.branch();
    if (t < branch.t) return;
    if (t > branch.t) {
      branch.t = t;
      branch.heard = new Set();
    }
    const key = eventKey(event);
    if (branch.heard.has(key)) return;
    branch.heard.add(key);
    const { isa } = 'task' in event ? event.task : event.parent;
    const exit = history.machine.cpu(isa).exit[EXIT_KIND];
    // An instruction that faults has not retired: the instant at which it is tried stands before what it causes.
    this.from = exit === EXIT.fault || exit === EXIT.exception ? t + 1 : t;
    // The text may need bytes of files that the machine has not read.
    history.aside(() => branch.sink.event(event));
    if (branch.events.length > MAX_EVENTS) branch.events.splice(0, MAX_EVENTS / 2);
  }

  private branch(): Branch {
    const { current, branches } = this.history;
    let known = this.branches.get(current);
    if (!known) {
      const parent = branches.find(({ id }) => id === current)?.parent;
      known = this.newBranch(parent ? this.branches.get(parent.id) : undefined, parent?.t ?? 0);
      this.branches.set(current, known);
    }
    return known;
  }

  private newBranch(parent: Branch | undefined, t: number): Branch {
    const { kernel } = this.history.machine;
    const events = parent?.events.filter(({ from }) => from <= t) ?? [];
    const take = (event: EventRecord): void => {
      events.push({ ...event, from: this.from });
    };
    const text = this.text(kernel, (pid, line) => take({ t: kernel.state.t, pid, kind: 'text', text: line }));
    return { events, sink: recordEvents(kernel, take, text), t, heard: new Set() };
  }
}

function eventKey(event: KernelEvent): string {
  const pid = 'task' in event ? event.task.pid : event.parent.pid;
  const about = 'row' in event ? event.row.name : 'child' in event ? event.child.pid : '';
  const signal = event.kind === 'signal' ? event.info.signo : 'signal' in event ? event.signal : '';
  return `${event.kind} ${pid} ${about} ${signal}`;
}
