import { loadTask } from '../../kernel/entry.ts';
import type { Kernel, KernelState } from '../../kernel/state.ts';
import type { EngineRam, RamSnapshot } from '../engine/index.ts';
import type { ConsolePosition, MachineConsole } from './console.ts';
import { copyState, thawState } from './state-copy.ts';
import { hashState } from './state-hash.ts';

/** The whole machine at one instant: RAM, CPU, kernel. Any number can be alive; each works until it is released. */
export interface Snapshot {
  /** Instructions retired then. */
  readonly t: number;
  /** What had passed through the console then. */
  readonly console: ConsolePosition;
  /** Pages of RAM that were copied for it. */
  readonly copiedPages: number;
  /** Gives its memory back at once; a second time does nothing. */
  release(): void;
}

interface Contents {
  readonly ram: RamSnapshot;
  readonly state: KernelState;
}

/** What a machine has beside its kernel. */
interface Parts {
  readonly kernel: Kernel;
  readonly ram: EngineRam;
  readonly console: MachineConsole;
}

/** Takes, restores and hashes one machine. */
export interface Snapshots {
  take(): Snapshot;
  restore(snapshot: Snapshot): void;
  hash(): string;
}

export function createSnapshots({ kernel, ram, console }: Parts): Snapshots {
  const taken = new WeakMap<Snapshot, Contents>();
  return {
    take() {
      saveCurrent(kernel);
      const contents: Contents = { ram: ram.snapshot(), state: copyState(kernel.state) };
      const snapshot: Snapshot = {
        t: kernel.state.t,
        console: console.position(),
        copiedPages: contents.ram.copiedPages,
        release: () => {
          contents.ram.release();
          taken.delete(snapshot);
        },
      };
      taken.set(snapshot, contents);
      return snapshot;
    },
    restore(snapshot) {
      const contents = taken.get(snapshot);
      if (contents === undefined) throw new TypeError('the snapshot is released, or of another machine');
      ram.restore(contents.ram);
      kernel.state = thawState(contents.state, kernel.state.frames.refs);
      kernel.loadedMm.clear();
      kernel.ignoredSignals.clear();
      loadCurrent(kernel);
      console.rewind?.(snapshot.console);
    },
    hash() {
      saveCurrent(kernel);
      return hashState(kernel.state, ram.hash());
    },
  };
}

/** Bring the thread block of the task whose registers the CPU holds up to date: all of the state is then in the kernel's. */
function saveCurrent(k: Kernel): void {
  const task = k.state.tasks.get(k.state.current);
  if (task && task.state !== 'zombie') k.cpus(task.isa).saveThread(task.thread);
}

function loadCurrent(k: Kernel): void {
  const task = k.state.tasks.get(k.state.current);
  if (task && task.state !== 'zombie') loadTask(k, task);
}
