import type { DataType } from '../../asm/dwarf/data-type.ts';
import type { Disassembler } from '../../asm/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import { callsBefore, isCall, isReturn } from '../calls.ts';
import { type CodeLine, type CodeReader, createCodeReader } from '../code.ts';
import type { Branch, History, Observer } from '../history/index.ts';
import { createImages, type Images, sectionAt } from '../images.ts';
import type { Aside } from '../memory.ts';
import { framesOf, type StackFrame } from './frames.ts';
import { lineBack } from './line-back.ts';
import { type LineStep, stepLine } from './line-step.ts';
import { Lookout } from './lookout.ts';
import { both, lastInstructions, ProcessSteps } from './observers.ts';
import { flagsOf, pcOf, spOf } from './places.ts';
import type { AnyPoint, Breakpoint } from './points.ts';
import { awaitOutside, type Breathe, runForward, searchBack } from './search.ts';
import type { Stop } from './stop.ts';
import { type FrameVariable, globalVariable, type Scene, typeNamed, variablesOfFrame } from './variables.ts';
import { vforkParentOf } from './walk.ts';
import { findWanted } from './wanted.ts';
import { WriteLog } from './write-log.ts';

export type Direction = 'forward' | 'back';

/** A breakpoint that is for one process, and never listed. */
type InternalPoint = Breakpoint & { readonly pid: number; readonly followsVfork: boolean; readonly sp: VirtAddr };

type DatedStop = Stop & { readonly at: number };

const STUB_SECTION = /^\.i?plt(\.|$)/;
const VENEER = /_veneer$|^__\w+_from_(arm|thumb)$/;

/** Internal breakpoints have ids below this, and are never listed. */
const INTERNAL_ID = -1;

/**
 * A debugger on a machine with its history: what every front end drives. All that runs is asynchronous, gives the event loop its
 * turn, and can be interrupted; it then stands where it stood, or has come to.
 */
export class Session {
  readonly history: History;
  readonly machine: Machine;
  readonly code: CodeReader;
  readonly images: Images;
  /** Who wrote the stack that is looked at. */
  readonly writes: WriteLog;
  readonly points: AnyPoint[] = [];
  /** The process that commands are about; null for the one that runs next. */
  selected: number | null = null;
  /** Evaluates a breakpoint's condition; set by who knows expressions. */
  holds: (condition: string, task: Task) => boolean = () => true;
  private nextId = 1;

  constructor(history: History, disassembler: Disassembler) {
    this.history = history;
    this.machine = history.machine;
    this.writes = new WriteLog(history);
    const aside: Aside = (look) => history.aside(look);
    this.images = createImages(this.kernel, aside, this.machine.mounts);
    this.code = createCodeReader(this.kernel, disassembler, this.images, { aside });
  }

  get kernel(): Kernel {
    return this.machine.kernel;
  }

  /** The process that commands are about, or null when there is none any more. */
  get task(): Task | null {
    const chosen = this.selected === null ? undefined : this.kernel.state.tasks.get(this.selected);
    return chosen ?? this.history.next() ?? [...this.kernel.state.tasks.values()].find((task) => task.mm) ?? null;
  }

  /** Give a point its number and keep it. */
  add<P extends AnyPoint>(make: (id: number) => P): P {
    const point = make(this.nextId++);
    this.points.push(point);
    return point;
  }

  /** The instruction that comes next for the task. */
  lineOf(task: Task): CodeLine | null {
    return task.mm ? this.code.at(task.mm, pcOf(this.kernel, task), flagsOf(this.kernel, task)) : null;
  }

  /** The functions under way, the innermost first, at most `limit`. */
  frames(task: Task, limit?: number): StackFrame[] {
    return framesOf({ k: this.kernel, code: this.code, images: this.images }, task, limit);
  }

  /** The variables of the task's frame with this number, the innermost scope's last; those of one name where that is given. */
  variables(task: Task, index = 0, name?: string): FrameVariable[] {
    const scene = this.scene(task, index);
    return scene ? variablesOfFrame(this, scene, name) : [];
  }

  /** The variable that a name stands for in the task's frame with this number: of its function, or of none. */
  variable(task: Task, index: number, name: string): FrameVariable | null {
    const scene = this.scene(task, index);
    return scene && (variablesOfFrame(this, scene, name).at(-1) ?? globalVariable(this, scene, name));
  }

  /** `struct NAME`, a typedef's name or the like, as debug information knows it. */
  typeNamed(task: Task, index: number, name: string): DataType | null {
    const scene = this.scene(task, index);
    return scene && typeNamed(this, scene, name);
  }

  private scene(task: Task, index: number): Scene | null {
    const frame = this.frames(task, index + 1)[index];
    return frame ? { task, frame, isInnermost: index === 0 } : null;
  }

  /** A stub of dynamic linking, or a veneer: it leads to a function without being one. */
  isStub(mm: Mm, addr: VirtAddr): boolean {
    const mapped = this.images.at(mm, addr);
    if (!mapped) return false;
    return (
      STUB_SECTION.test(sectionAt(mapped, addr)?.name ?? '') ||
      VENEER.test(this.code.symbols.place(mm, addr)?.name ?? '')
    );
  }

  /** Until a point is hit. gdb: continue, reverse-continue. */
  resume(direction: Direction, breathe: Breathe): Promise<Stop> {
    return direction === 'forward' ? this.forward({}, breathe) : this.back(this.points, breathe);
  }

  /** To the next of these points, which are not kept, or to one of the user's; backwards to the last of them alone. */
  toAny(points: readonly AnyPoint[], direction: Direction, breathe: Breathe): Promise<Stop> {
    return direction === 'forward' ? this.forward({ extra: points }, breathe) : this.back(points, breathe);
  }

  /** `count` instructions of the machine, or of the selected process. gdb: stepi, reverse-stepi. */
  async stepInstructions(count: number, direction: Direction, breathe: Breathe): Promise<Stop> {
    const { history, machine, selected } = this;
    if (direction === 'forward') {
      if (selected === null) return this.forward({ untilT: machine.t + count }, breathe);
      return this.forward({ observer: new ProcessSteps(machine, selected, count) }, breathe);
    }
    if (selected === null) {
      const to = Math.max(0, machine.t - count);
      const stop: Stop = machine.t === 0 ? { kind: 'beginning' } : { kind: 'there' };
      history.seek(to);
      return stop;
    }
    for (let i = 0; i < count; i++) {
      const stop = await this.backProcess(selected, breathe);
      if (stop.kind !== 'there') return stop;
    }
    return { kind: 'there' };
  }

  /** The same, but a call is one instruction, and what other processes do meanwhile is part of it. gdb: nexti, reverse-nexti. */
  async nextInstruction(direction: Direction, breathe: Breathe): Promise<Stop> {
    const { task } = this;
    if (!task?.mm) return { kind: 'done' };
    const { pid } = task;
    const sp = spOf(this.kernel, task);
    const line = this.lineOf(task);
    if (direction === 'forward') {
      if (!line || !isCall(line)) return this.forward({ observer: new ProcessSteps(this.machine, pid, 1) }, breathe);
      return this.forward({ extra: [this.internal(task, line.address + line.bytes.length, sp)] }, breathe);
    }
    const calls = callsBefore(this.code, task.mm, pcOf(this.kernel, task), flagsOf(this.kernel, task));
    const stop = await this.backProcess(pid, breathe);
    const before = this.kernel.state.tasks.get(pid);
    const returned = before ? this.lineOf(before) : null;
    if (stop.kind !== 'there' || !returned || !isReturn(returned) || calls.length === 0) return stop;
    return this.back(
      calls.map(({ address }) => this.internal(task, address, sp)),
      breathe,
    );
  }

  /** Until the function of the innermost frame returns, or back to its call. gdb: finish, reverse-finish. Null where no return address is known. */
  async finish(direction: Direction, breathe: Breathe): Promise<Stop | null> {
    const { task } = this;
    const frame = task ? this.frames(task, 1)[0] : undefined;
    if (!task?.mm || frame?.returnTo == null) return null;
    if (direction === 'forward')
      return this.forward({ extra: [this.internal(task, frame.returnTo, frame.cfa)] }, breathe);
    const calls = callsBefore(this.code, task.mm, frame.returnTo, flagsOf(this.kernel, task));
    if (calls.length === 0) return null;
    return this.back(
      calls.map(({ address }) => this.internal(task, address, frame.cfa)),
      breathe,
    );
  }

  /** To another line, with gdb's rules: step, next and until; backwards reverse-step and reverse-next. */
  async stepLine(how: LineStep, direction: Direction, breathe: Breathe): Promise<Stop> {
    if (direction === 'forward') return stepLine(this, how, breathe);
    if (!this.task?.mm) return this.stepInstructions(1, 'back', breathe);
    const to = await lineBack(this, how === 'into', breathe);
    if (to === 'interrupted') return { kind: 'interrupted' };
    const stop = await this.back(this.points, breathe, to ?? 0);
    return stop.kind === 'beginning' && to !== null ? { kind: 'there' } : stop;
  }

  /** Until one of the places is reached, or the function has returned. gdb: advance, until with a place. */
  advance(addresses: readonly VirtAddr[], breathe: Breathe): Promise<Stop> {
    const { task } = this;
    if (!task?.mm) return Promise.resolve({ kind: 'done' });
    const [frame] = this.frames(task, 1);
    const ends = addresses.map((address) => this.internal(task, address, 0));
    if (frame?.returnTo != null) ends.push(this.internal(task, frame.returnTo, frame.cfa));
    return this.forward({ extra: ends }, breathe);
  }

  /** To an instant. Throws RangeError for one that is not recorded. */
  goto(t: number): Stop {
    this.history.seek(t);
    return { kind: 'there' };
  }

  /** Set a register of the task; in the past that begins a branch, which is returned. Throws RangeError. */
  setRegister(task: Task, name: string, value: bigint): Branch | null {
    return this.history.happen({ kind: 'set-register', pid: task.pid, name, value });
  }

  /** Store into the memory of the task; in the past that begins a branch, which is returned. Throws RangeError. */
  setMemory(task: Task, addr: VirtAddr, bytes: Uint8Array): Branch | null {
    return this.history.happen({ kind: 'set-memory', pid: task.pid, addr, bytes });
  }

  close(): void {
    this.history.close();
    this.machine.close();
  }

  /** A breakpoint of ours: this process, or the child that it sleeps for in vfork, not deeper in the stack than `sp`. */
  internal(
    { pid, isa, followsVfork = false }: Pick<Task, 'pid' | 'isa'> & { readonly followsVfork?: boolean },
    address: VirtAddr,
    sp: VirtAddr,
  ): InternalPoint {
    const point = {
      id: INTERNAL_ID,
      kind: 'breakpoint',
      text: '',
      enabled: true,
      temporary: true,
      hits: 0,
      ignore: 0,
    } as const;
    return { ...point, isa, address, program: null, condition: null, pid, followsVfork, sp };
  }

  private isMeant(point: AnyPoint, task: Task): boolean {
    if (!isInternal(point)) return true;
    const { pid, sp, followsVfork } = point;
    const isProcess = pid === task.pid || (followsVfork && vforkParentOf(this, task.pid) === pid);
    return isProcess && spOf(this.kernel, task) >= sp;
  }

  private lookout(points: readonly AnyPoint[], see: (stop: DatedStop) => boolean): Lookout {
    return new Lookout(this.machine, {
      points,
      holds: this.holds,
      find: (wanted, mm) => findWanted(this.code, mm, wanted)?.addresses ?? [],
      isMeant: (point, task) => this.isMeant(point, task),
      see,
    });
  }

  /** Run until a point of the user's or one of `extra` is hit, or the observer ends it. */
  async forward(
    { untilT, observer, extra = [] }: { untilT?: number; observer?: Observer; extra?: readonly AnyPoint[] },
    breathe: Breathe,
  ): Promise<Stop> {
    const from = this.machine.t;
    let first: DatedStop | null = null;
    const lookout = this.lookout([...this.points, ...extra], (stop) => {
      // What stands here has been seen; what this very instruction did has not.
      if (stop.at <= from && stop.kind !== 'watchpoint' && this.machine.t === from) return false;
      if (stop.at < from || this.isIgnored(stop)) return false;
      first ??= stop;
      return true;
    });
    const watched = observer ? both(lookout, observer) : lookout;
    lookout.begin();
    let reason: Awaited<ReturnType<typeof runForward>>;
    try {
      const options = { ...(untilT === undefined ? {} : { untilT }), observer: watched };
      reason = await runForward(this.history, options, breathe);
      while (reason === 'idle') {
        const outside = await awaitOutside(this.history, breathe);
        if (outside === 'never') break;
        reason = outside === 'came' ? await runForward(this.history, options, breathe) : null;
      }
    } finally {
      lookout.end();
    }
    if (first !== null) return this.hit(first);
    if (reason === null) return { kind: 'interrupted' };
    if (reason === 'unknown') return { kind: 'unknown', why: this.history.unknown ?? 'nothing more is known' };
    return { kind: reason === 'limit' || reason === 'hit' ? 'there' : reason };
  }

  /** To the last hit at or behind `floor`, or there. */
  private async back(points: readonly AnyPoint[], breathe: Breathe, floor = 0): Promise<Stop> {
    const from = this.machine.t;
    let lookout: Lookout | null = null;
    const observe = (tell: (stop: DatedStop) => void): Lookout => {
      lookout?.end();
      lookout = this.lookout(points, (stop) => {
        tell(stop);
        return false;
      });
      lookout.begin();
      return lookout;
    };
    let found: DatedStop | null | 'interrupted';
    try {
      found = await searchBack<DatedStop>(this.history, from, observe, breathe, floor);
    } finally {
      (lookout as Lookout | null)?.end();
    }
    if (found === 'interrupted') {
      this.history.seek(from);
      return { kind: 'interrupted' };
    }
    this.history.seek(found?.at ?? floor);
    return found ? this.hit(found) : { kind: 'beginning' };
  }

  private async backProcess(pid: number, breathe: Breathe): Promise<Stop> {
    const from = this.machine.t;
    const found = await searchBack<{ at: number }>(
      this.history,
      from,
      (tell) => lastInstructions(this.machine, pid, tell),
      breathe,
    );
    if (found === 'interrupted') this.history.seek(from);
    else this.history.seek(found?.at ?? 0);
    if (found === 'interrupted') return { kind: 'interrupted' };
    return { kind: found ? 'there' : 'beginning' };
  }

  /** A hit that `ignore` counts away. */
  private isIgnored(stop: DatedStop): boolean {
    const point = 'id' in stop ? this.points.find(({ id }) => id === stop.id) : undefined;
    if (!point || point.ignore === 0) return false;
    point.ignore--;
    point.hits++;
    return true;
  }

  private hit(stop: DatedStop): Stop {
    if (!('id' in stop) || stop.id === INTERNAL_ID) return { kind: 'there' };
    const at = this.points.findIndex(({ id }) => id === stop.id);
    const point = this.points[at];
    if (point) point.hits++;
    if (point?.temporary) this.points.splice(at, 1);
    return stop;
  }
}

function isInternal(point: AnyPoint): point is InternalPoint {
  return 'followsVfork' in point;
}
