import type { Machine } from '../../emulator/machine/machine.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import { ACCESS, EXIT, type ExitKind, type IsaName, type VirtAddr } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import type { KernelEvent, TraceSink, WatchEvent } from '../../kernel/trace.ts';
import type { Happening, Observer } from '../history/index.ts';
import { peekInto } from '../memory.ts';
import { caughtEvent } from './caught.ts';
import { pcOf } from './places.ts';
import type { AnyPoint, Breakpoint, WatchedRange } from './points.ts';
import type { Stop, WatchStop } from './stop.ts';
import type { Wanted } from './wanted.ts';

export interface LookoutOptions {
  readonly points: readonly AnyPoint[];
  /** Whether the condition of a breakpoint holds for this task, here and now. */
  readonly holds: (condition: string, task: Task) => boolean;
  /** Where a breakpoint that is wanted by its name is in an address space. */
  readonly find: (wanted: Wanted, mm: Mm) => readonly VirtAddr[];
  /** Whether a breakpoint is for this task. */
  readonly isMeant: (point: AnyPoint, task: Task) => boolean;
  /** True for a stop that ends the run. */
  readonly see: (stop: Stop & { readonly at: number }) => boolean;
}

interface FoundPlaces {
  readonly isa: IsaName;
  readonly nrAreas: number;
  readonly places: Map<VirtAddr, Breakpoint[]>;
}

/**
 * Watches a run for breakpoints, watchpoints and what the kernel does, and tells each as it comes. `begin` puts the points
 * into the CPUs, `end` takes them out again.
 */
export class Lookout implements Observer {
  private readonly machine: Machine;
  private readonly options: LookoutOptions;
  private readonly breakpoints = new Map<number, Breakpoint[]>();
  private readonly ranges = new Map<number, WatchedRange>();
  /** Those that are looked for in each address space, and where they are, by its id. */
  private readonly wanted: readonly Breakpoint[];
  private readonly found = new Map<number, FoundPlaces>();
  private isRunning = false;
  private isOver = false;
  private isEdit = false;
  private raised: (KernelEvent | WatchStop)[] = [];
  /** Who has listened before, and goes on doing so. */
  private outer: TraceSink | null = null;

  constructor(machine: Machine, options: LookoutOptions) {
    this.machine = machine;
    this.options = options;
    this.wanted = options.points.filter(
      (point): point is Breakpoint => point.kind === 'breakpoint' && point.enabled && point.wanted !== undefined,
    );
    for (const point of options.points) {
      if (!point.enabled) continue;
      if (point.kind === 'watchpoint') this.ranges.set(point.id, point);
      if (point.kind !== 'breakpoint' || point.address === null || point.wanted) continue;
      for (const address of [point.address, ...(point.others ?? [])]) {
        const here = this.breakpoints.get(address);
        if (here) here.push(point);
        else this.breakpoints.set(address, [point]);
      }
    }
  }

  begin(): void {
    const { kernel } = this.machine;
    for (const [address, points] of this.breakpoints) {
      for (const { isa } of points) this.machine.cpu(isa).setBreakpoint(address);
    }
    for (const { id, isa, address, lenBytes, kinds, root } of this.ranges.values()) {
      const watchpoint = { id, start: address, lenBytes, kinds, root };
      this.machine.cpu(isa).observers.setWatchpoint(watchpoint);
      kernel.watchpoints.set(id, watchpoint);
    }
    const { trace: outer } = kernel;
    this.outer = outer;
    kernel.trace = {
      event: (event) => {
        outer?.event(event);
        this.hear(event);
      },
    };
  }

  end(): void {
    const { kernel } = this.machine;
    for (const [address, points] of this.breakpoints) {
      for (const { isa } of points) this.machine.cpu(isa).clearBreakpoint(address);
    }
    for (const { isa, places } of this.found.values()) {
      for (const address of places.keys()) this.machine.cpu(isa).clearBreakpoint(address);
    }
    for (const { id, isa } of this.ranges.values()) {
      this.machine.cpu(isa).observers.clearWatchpoint(id);
      kernel.watchpoints.delete(id);
    }
    kernel.trace = this.outer;
  }

  budget(task: Task): number {
    const { kernel, t } = this.machine;
    if (this.isOver) return 0;
    if (this.wanted.length > 0) this.lookFor(task);
    for (const point of this.pointsAt(pcOf(kernel, task), task)) {
      if (!this.options.isMeant(point, task)) continue;
      if (point.program !== null && point.program !== task.mm?.exePath) continue;
      if (point.condition !== null && !this.options.holds(point.condition, task)) continue;
      if (this.options.see({ kind: 'breakpoint', id: point.id, at: t, pid: task.pid })) this.isOver = true;
    }
    this.isRunning = !this.isOver;
    return this.isOver ? 0 : Number.POSITIVE_INFINITY;
  }

  private pointsAt(pc: VirtAddr, { mm }: Task): readonly Breakpoint[] {
    const fixed = this.breakpoints.get(pc) ?? [];
    const found = mm ? (this.found.get(mm.id)?.places.get(pc) ?? []) : [];
    return found.length === 0 ? fixed : [...fixed, ...found];
  }

  /** Files are mapped by exec and mmap: whenever the areas have become more or fewer there may be another one. */
  private lookFor({ mm, isa }: Task): void {
    const known = mm ? this.found.get(mm.id) : undefined;
    if (!mm || known?.nrAreas === mm.vmas.length) return;
    const places = known?.places ?? new Map<VirtAddr, Breakpoint[]>();
    this.found.set(mm.id, { isa, nrAreas: mm.vmas.length, places });
    for (const point of this.wanted) {
      for (const address of point.wanted ? this.options.find(point.wanted, mm) : []) {
        const here = places.get(address) ?? [];
        if (here.includes(point)) continue;
        places.set(address, [...here, point]);
        point.address = address;
        this.machine.cpu(isa).setBreakpoint(address);
      }
    }
  }

  ran(task: Task, _t: number, exit: ExitKind): boolean {
    this.isRunning = false;
    const { t } = this.machine;
    // What the kernel did for a trap belongs to the trap; a fault has not retired.
    const at = exit === EXIT.fault || exit === EXIT.exception ? t : t - 1;
    if (exit === EXIT.watchpoint) this.seeHits(task, at);
    for (const event of this.raised.splice(0)) this.tell(event, at);
    return this.isOver;
  }

  happens(what: Happening | null): void {
    this.isEdit = what?.kind === 'set-memory';
  }

  private hear(event: KernelEvent): void {
    const known = event.kind === 'watchpoint' ? this.kernelHit(event) : event;
    if (known === null) return;
    if (this.isRunning) this.raised.push(known);
    else this.tell(known, this.machine.t);
  }

  private tell(event: KernelEvent | WatchStop, at: number): void {
    if (event.kind === 'watchpoint') {
      if ('by' in event && this.holds(event.id, event.pid) && this.options.see({ ...event, at })) this.isOver = true;
      return;
    }
    for (const stop of caughtEvent(event, this.options.points)) {
      if (this.holds(stop.id, stop.pid) && this.options.see({ ...stop, at })) this.isOver = true;
    }
  }

  /** Whether the condition of a watchpoint or catchpoint is true for a process. */
  private holds(id: number, pid: number): boolean {
    const condition = this.options.points.find((point) => point.id === id)?.condition ?? null;
    const task = this.machine.kernel.state.tasks.get(pid);
    return condition === null || (task !== undefined && this.options.holds(condition, task));
  }

  private seeHits(task: Task, at: number): void {
    const { observers } = this.machine.cpu(task.isa);
    const seen = new Set<number>();
    for (const hit of observers.hits()) {
      const range = observers.range(hit.id);
      if (!range || seen.has(hit.id)) continue;
      seen.add(hit.id);
      const { id, pc, write } = hit;
      const stop = { kind: 'watchpoint', id, at, pid: task.pid, pc, write, by: 'instruction', ...range } as const;
      if (this.holds(id, task.pid) && this.options.see(stop)) this.isOver = true;
    }
  }

  /** The kernel tells of a store just before it makes it. */
  private kernelHit({ task, watchpoint, access, addr, after }: WatchEvent): WatchStop | null {
    const range = this.ranges.get(watchpoint);
    if (!range || !task.mm) return null;
    const before = new Uint8Array(range.lenBytes);
    peekInto(this.machine.kernel, task.mm, range.address, before);
    const write = access === ACCESS.write;
    const whole = before.slice();
    if (write) whole.set(after, addr - range.address);
    const pc = pcOf(this.machine.kernel, task);
    const by = this.isEdit ? 'user' : 'kernel';
    return { kind: 'watchpoint', id: watchpoint, at: 0, pid: task.pid, pc, write, by, before, after: whole };
  }
}
