import type { Recording, RecordOptions } from '../../emulator/engine/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { IsaName } from '../../kernel/ports.ts';
import type { Task } from '../../kernel/task.ts';

const CHUNK = 1 << 14;

/** The engine's recordings for an observer that wants to see each instruction of the runs that it is shown. */
export class InstructionRecorder {
  private readonly machine: Machine;
  private readonly options: RecordOptions;
  private readonly recordings = new Map<IsaName, Recording>();
  /** Of the run under way, or of the last one. */
  recording: Recording | null = null;

  constructor(machine: Machine, options: Omit<RecordOptions, 'maxInsns'>) {
    this.machine = machine;
    this.options = { ...options, maxInsns: CHUNK };
  }

  /** The task is going to run: returns the most instructions that it may make, for Observer.budget. */
  begin(task: Task): number {
    let recording = this.recordings.get(task.isa);
    if (!recording) {
      recording = this.machine.cpu(task.isa).observers.record(this.options);
      this.recordings.set(task.isa, recording);
    }
    recording.clear();
    this.recording = recording;
    return CHUNK;
  }

  end(): void {
    for (const recording of this.recordings.values()) recording.stop();
  }
}
