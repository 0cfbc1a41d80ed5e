import type { Mm } from '../../kernel/mm/types.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import { isSameLine } from '../lines.ts';
import { ProcessSteps } from './observers.ts';
import { pcOf, spOf } from './places.ts';
import type { Breathe } from './search.ts';
import type { Session } from './session.ts';
import type { Stop } from './stop.ts';
import { Follow, type Followed, type Stretch, vforkParentOf, Walk, WalkUntil } from './walk.ts';

/** gdb's step, next, and until without a place. */
export type LineStep = 'into' | 'over' | 'until';

const THERE: Stop = { kind: 'there' };

/**
 * One step by lines, forward, with the rules of gdb's infrun: instruction by instruction within a stretch; calls are run through
 * to their return, or entered where there are lines. It ends where a statement of another line begins, and where a function
 * without lines is returned to. With no process selected the step goes where a vfork goes: to the child while its parent sleeps, and back.
 */
export async function stepLine(session: Session, how: LineStep, breathe: Breathe): Promise<Stop> {
  const { task } = session;
  if (!task?.mm) return { kind: 'done' };
  const stretch = stretchOf(session, task, task.mm, how);
  if (!stretch) return session.nextInstruction('forward', breathe);
  return new LineStepper(session, task, task.mm, how, stretch).run(breathe);
}

function stretchOf({ kernel: k, code }: Session, task: Task, mm: Mm, how: LineStep): Stretch | null {
  const pc = pcOf(k, task);
  const line = code.lines.at(mm, pc);
  const place = code.symbols.place(mm, pc);
  const functionStart = place ? pc - place.offset : pc;
  if (line) return { start: how === 'until' ? functionStart : line.start, end: line.end, line };
  if (!place) return null;
  const lenBytes = code.symbols.find(mm, place.name)?.lenBytes ?? 0;
  return { start: functionStart, end: functionStart + Math.max(lenBytes, place.offset + 1), line: null };
}

class LineStepper {
  private readonly session: Session;
  private readonly how: LineStep;
  private followed: Followed;
  private stretch: Stretch;

  constructor(session: Session, task: Task, mm: Mm, how: LineStep, stretch: Stretch) {
    this.session = session;
    this.how = how;
    this.followed = {
      ...{ pid: task.pid, isa: task.isa, mm: mm.id, followsVfork: session.selected === null },
      vforkParent: vforkParentOf(session, task.pid),
    };
    this.stretch = stretch;
  }

  async run(breathe: Breathe): Promise<Stop> {
    for (;;) {
      const walk = new Walk(this.session, this.followed, this.stretch, this.how !== 'until');
      const early = await this.forward(walk, breathe);
      this.stretch = walk.stretch;
      const end = early ?? (await this.decide(walk, breathe));
      if (end) return end;
    }
  }

  /** Null where the observer has ended the run; the stop that came before that otherwise. */
  private async forward(
    observer: Follow,
    breathe: Breathe,
    to?: { address: VirtAddr; sp: VirtAddr },
  ): Promise<Stop | null> {
    const { session, followed } = this;
    const points = to ? [session.internal(followed, to.address, to.sp)] : [];
    const stop = await session.forward({ observer, extra: points }, breathe);
    this.followed = observer.followed;
    if (stop.kind !== 'there') return stop;
    return observer.isGone ? this.backInParent(breathe) : null;
  }

  /** Null to walk on. */
  private async decide({ arrival }: Walk, breathe: Breathe): Promise<Stop | null> {
    const task = this.session.kernel.state.tasks.get(this.followed.pid);
    if (!task?.mm) return THERE;
    if (arrival === 'returned' && !this.session.code.lines.at(task.mm, pcOf(this.session.kernel, task))) return THERE;
    if (arrival !== 'call') return this.elsewhere(task, task.mm, breathe);
    if (this.how === 'into') return this.enter(task, task.mm, breathe);
    return this.runTo(this.behind(task), spOf(this.session.kernel, task), breathe);
  }

  /** Where the call that comes next returns to. */
  private behind(task: Task): VirtAddr {
    const line = this.session.lineOf(task);
    return line ? line.address + line.bytes.length : 0;
  }

  /** Make the call; stay in what has lines, behind what builds its frame, and come back from the rest. */
  private async enter(task: Task, mm: Mm, breathe: Breathe): Promise<Stop | null> {
    const { session } = this;
    const { kernel: k } = session;
    const back = this.behind(task);
    const sp = spOf(k, task);
    const stop = await session.forward({ observer: new ProcessSteps(session.machine, task.pid, 1) }, breathe);
    if (stop.kind !== 'there') return stop;
    const early = await this.passStubs(back, breathe);
    if (early) return early;
    const inside = k.state.tasks.get(task.pid);
    if (inside?.mm?.id !== mm.id) return THERE;
    const entry = pcOf(k, inside);
    if (entry === back) return null;
    if (!session.code.lines.at(inside.mm, entry)) return this.runTo(back, sp, breathe);
    const body = session.code.lines.body(inside.mm, entry);
    return body === entry ? THERE : ((await this.runTo(body, 0, breathe)) ?? THERE);
  }

  /** Stubs of dynamic linking, and veneers: their target is reached with the stack as it was at their beginning. */
  private async passStubs(back: VirtAddr, breathe: Breathe): Promise<Stop | null> {
    const { session } = this;
    const { kernel: k } = session;
    const task = k.state.tasks.get(this.followed.pid);
    if (!task?.mm || !session.isStub(task.mm, pcOf(k, task))) return null;
    const sp = spOf(k, task);
    const isThere = (now: Task): boolean => {
      const pc = pcOf(k, now);
      if (pc === back || !now.mm) return true;
      return spOf(k, now) >= sp && !session.isStub(now.mm, pc) && session.code.symbols.place(now.mm, pc)?.offset === 0;
    };
    return this.forward(new WalkUntil(session, this.followed, isThere), breathe);
  }

  /** Outside of the stretch: on another line, in a signal handler, or gone by a jump. */
  private async elsewhere(task: Task, mm: Mm, breathe: Breathe): Promise<Stop | null> {
    const { session, stretch } = this;
    const pc = pcOf(session.kernel, task);
    const line = session.code.lines.at(mm, pc);
    const isEntry = session.code.symbols.place(mm, pc)?.offset === 0;
    const [frame, caller, interrupted] = isEntry || !line ? session.frames(task, 3) : [];
    if (caller?.evidence === 'signal' && isEntry && interrupted) return this.runTo(interrupted.pc, caller.cfa, breathe);
    if (!line) {
      if (frame?.returnTo == null || stretch.line === null) return THERE;
      return (await this.runTo(frame.returnTo, frame.cfa, breathe)) ?? THERE;
    }
    const isNew = line.line > 0 && !isSameLine(line, stretch.line) && pc === line.start;
    if (isNew && line.isStmt) return THERE;
    // In the middle of a line the step goes on to its end.
    const keepsLine = isNew || line.line === 0;
    // "until" goes on from its function's start while the code of its line goes on.
    const goesOn = this.how === 'until' && pc === stretch.end && isSameLine(line, stretch.line);
    this.stretch = { start: goesOn ? stretch.start : line.start, end: line.end, line: keepsLine ? stretch.line : line };
    return null;
  }

  /** Null when it is there; the stop that came before otherwise. */
  private async runTo(address: VirtAddr, sp: VirtAddr, breathe: Breathe): Promise<Stop | null> {
    const { session, followed } = this;
    const stop = await this.forward(new Follow(session, followed), breathe, { address, sp });
    const next = session.history.next();
    // A vfork's child comes first to where both return to.
    if (!stop && next && followed.followsVfork && vforkParentOf(session, next.pid) === followed.pid)
      this.followed = { ...followed, pid: next.pid, vforkParent: followed.pid };
    return stop;
  }

  /** The process has ended or runs another program: where its parent slept for it in a vfork, the step goes on there. */
  private async backInParent(breathe: Breathe): Promise<Stop> {
    const { session } = this;
    const { vforkParent, followsVfork } = this.followed;
    const parent = vforkParent === null ? undefined : session.kernel.state.tasks.get(vforkParent);
    if (!followsVfork || !parent?.mm) return THERE;
    const frames = session.frames(parent);
    const index = Math.max(
      0,
      frames.findIndex(({ line }) => line !== null),
    );
    const pc = pcOf(session.kernel, parent);
    const address = frames[index]?.pc ?? pc;
    if (address === pc && session.history.next()?.pid === parent.pid) return THERE;
    const point = session.internal(parent, address, frames[index - 1]?.cfa ?? 0);
    return session.forward({ extra: [point] }, breathe);
  }
}
