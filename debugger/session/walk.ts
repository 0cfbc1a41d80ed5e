import type { Mm } from '../../kernel/mm/types.ts';
import type { ExitKind, IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import { isCall, isReturn } from '../calls.ts';
import type { CodeLine } from '../code.ts';
import type { Observer } from '../history/index.ts';
import { isSameLine, type SourceLine } from '../lines.ts';
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

/** Code that is run at once: from an instruction to the next one that may go elsewhere. */
interface Block {
  readonly first: CodeLine;
  readonly last: CodeLine;
  readonly count: number;
  readonly row: SourceLine | null;
}

/** Code that is one step: its addresses, and the line that it is of; without lines the whole function. */
export interface Stretch {
  readonly start: VirtAddr;
  readonly end: VirtAddr;
  readonly line: Pick<SourceLine, 'file' | 'line'> | null;
}

/** May go elsewhere, or count as another number of instructions than one. */
const GOES_ELSEWHERE = /^(j|loop|b|cb|tb|ret|i?ret|int|sys|svc|hlt|ud|rep|lock|\(|\.)/;
const MAX_BLOCK = 64;

/** Walks through a stretch, and with `joinsRows` through others of the same line, up to a call, or to what comes outside. */
export class Walk extends Follow {
  arrival: Arrival | null = null;
  stretch: Stretch;
  private readonly joinsRows: boolean;
  private readonly blocks = new Map<VirtAddr, Block>();
  private before: Block | null = null;

  constructor(session: Session, followed: Followed, stretch: Stretch, joinsRows: boolean) {
    super(session, followed);
    this.stretch = stretch;
    this.joinsRows = joinsRows;
  }

  override budget(task: Task): number {
    if (!task.mm || !this.isFollowed(task)) return Number.POSITIVE_INFINITY;
    const pc = pcOf(this.session.kernel, task);
    const block = this.blockAt(task, task.mm, pc);
    this.arrival = this.arrivalAt(pc, block);
    this.before = block;
    return this.arrival === null ? block.count : 0;
  }

  private arrivalAt(pc: VirtAddr, { first, row }: Block): Arrival | null {
    const last = this.before?.last;
    if (last && isReturn(last) && pc !== last.address + last.bytes.length) return 'returned';
    const { line } = this.stretch;
    if (this.joinsRows && row && isSameLine(row, line)) this.stretch = { start: row.start, end: row.end, line };
    if (pc < this.stretch.start || pc >= this.stretch.end) return 'left';
    return isCall(first) ? 'call' : null;
  }

  /** Calls begin a block of their own. */
  private blockAt(task: Task, mm: Mm, pc: VirtAddr): Block {
    let block = this.blocks.get(pc);
    if (!block) {
      const { kernel: k, code } = this.session;
      const flags = flagsOf(k, task);
      const first = code.at(mm, pc, flags);
      const row = code.lines.at(mm, pc);
      const end = row?.end ?? this.stretch.end;
      let last = first;
      let count = 1;
      while (count < MAX_BLOCK && !goesElsewhere(last)) {
        const next = code.at(mm, last.address + last.bytes.length, flags);
        if (next.bytes.length === 0 || next.address >= end || isCall(next)) break;
        last = next;
        count++;
      }
      block = { first, last, count, row };
      this.blocks.set(pc, block);
    }
    return block;
  }
}

function goesElsewhere(line: CodeLine): boolean {
  const { mnemonic, operands, target, bytes } = line;
  return (
    bytes.length === 0 ||
    target !== null ||
    GOES_ELSEWHERE.test(mnemonic) ||
    /\bpc\b|%ss/.test(operands) ||
    isReturn(line)
  );
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
