import type { Machine } from '../../emulator/machine/machine.ts';
import type { ExitKind } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';
import type { Observer } from '../history/index.ts';

/** Both look; either ends the run. */
export function both(a: Observer, b: Observer): Observer {
  return {
    budget: (task) => Math.min(a.budget?.(task) ?? Infinity, b.budget?.(task) ?? Infinity),
    ran(task, t, exit) {
      const first = a.ran(task, t, exit);
      return b.ran(task, t, exit) || first;
    },
    happens(what) {
      a.happens?.(what);
      b.happens?.(what);
    },
  };
}

/** Ends when the process has made `count` instructions and comes to its next one, or is gone. */
export class ProcessSteps implements Observer {
  private readonly machine: Machine;
  private readonly pid: number;
  private left: number;

  constructor(machine: Machine, pid: number, count: number) {
    this.machine = machine;
    this.pid = pid;
    this.left = count;
  }

  budget(task: Task): number {
    if (this.left > 0) return task.pid === this.pid ? this.left : Infinity;
    return task.pid === this.pid ? 0 : Infinity;
  }

  ran(task: Task, t: number, _exit: ExitKind): boolean {
    if (task.pid === this.pid) this.left -= this.machine.t - t;
    return !this.machine.kernel.state.tasks.has(this.pid);
  }
}

/** Tells the instants at which the process made an instruction: of each run the last. */
export function lastInstructions(machine: Machine, pid: number, tell: (what: { at: number }) => void): Observer {
  return {
    ran(task, t) {
      if (task.pid === pid && machine.t > t) tell({ at: machine.t - 1 });
      return false;
    },
  };
}
