import type { ExitKind, IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import { isCall, isReturn } from '../calls.ts';
import type { CodeLine } from '../code.ts';
import type { Observer } from '../history/index.ts';
import { flagsOf, pcOf } from './places.ts';
import type { Session } from './session.ts';

/** The process that a step is about, and the one that sleeps in vfork for it. */
export interface Followed {
  readonly pid: number;
  readonly isa: IsaName;
  /** Address space at the start of the step: exit and exec leave it. */
  readonly mm: number;
  /** A vfork's child is followed while its parent sleeps. */
  readonly followsVfork: boolean;
  readonly vforkParent: number | null;
}

/** Whoever sleeps until the process lets its memory go, or null. */
export function vforkParentOf({ kernel: k }: Session, pid: number): number | null {
  const channel = `vfork:${pid}`;
  for (const task of k.state.tasks.values()) if (task.waitingFor?.channels.includes(channel)) return task.pid;
  return null;
}

/** Sees when the followed process leaves its address space, and where a vfork goes. */
export class Follow implements Observer {
  followed: Followed;
  isGone = false;
  protected readonly session: Session;

  constructor(session: Session, followed: Followed) {
    this.session = session;
    this.followed = followed;
  }

  budget(_task: Task): number {
    return Number.POSITIVE_INFINITY;
  }

  ran(task: Task, _t: number, _exit: ExitKind): boolean {
    this.isGone ||= task.pid === this.followed.pid && task.mm?.id !== this.followed.mm;
    return this.isGone;
  }

  /** The task is the followed process, or has become it. */
  protected isFollowed(task: Task): boolean {
    const { pid, followsVfork } = this.followed;
    if (task.pid === pid) return true;
    if (!followsVfork || vforkParentOf(this.session, task.pid) !== pid) return false;
    this.followed = { ...this.followed, pid: task.pid, vforkParent: pid };
    return true;
  }
}

/** What has brought the process to where it has to be decided how to go on. */
export type Arrival = 'left' | 'call' | 'returned';

/** Walks through [start, end), instruction by instruction, up to a call, or to what comes outside. */
export class Walk extends Follow {
  arrival: Arrival | null = null;
  private readonly start: VirtAddr;
  private readonly end: VirtAddr;
  private before: CodeLine | null = null;

  constructor(
    session: Session,
    followed: Followed,
    { start, end }: { readonly start: VirtAddr; readonly end: VirtAddr },
  ) {
    super(session, followed);
    this.start = start;
    this.end = end;
  }

  override budget(task: Task): number {
    if (!task.mm || !this.isFollowed(task)) return Number.POSITIVE_INFINITY;
    const { kernel: k, code } = this.session;
    const pc = pcOf(k, task);
    const line = code.at(task.mm, pc, flagsOf(k, task));
    this.arrival = this.arrivalAt(pc, line);
    this.before = line;
    return this.arrival === null ? 1 : 0;
  }

  private arrivalAt(pc: VirtAddr, line: CodeLine): Arrival | null {
    const { before } = this;
    if (before && isReturn(before) && pc !== before.address + before.bytes.length) return 'returned';
    if (pc < this.start || pc >= this.end) return 'left';
    return isCall(line) ? 'call' : null;
  }
}

/** Goes on, instruction by instruction, until `isThere`. */
export class WalkUntil extends Follow {
  private readonly isThere: (task: Task) => boolean;

  constructor(session: Session, followed: Followed, isThere: (task: Task) => boolean) {
    super(session, followed);
    this.isThere = isThere;
  }

  override budget(task: Task): number {
    if (!this.isFollowed(task)) return Number.POSITIVE_INFINITY;
    return this.isThere(task) ? 0 : 1;
  }
}
