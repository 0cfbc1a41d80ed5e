import { RECORD, type Recording } from '../emulator/engine/index.ts';
import type { Machine } from '../emulator/machine/machine.ts';
import type { IsaName } from '../kernel/ports.ts';
import type { Task } from '../kernel/task.ts';
import { toLittleEndian } from './memory.ts';
import type { MemoryWrite } from './records.ts';

/** One instruction makes far fewer accesses, fxsave the most. */
const MAX_ACCESSES = 512;

/** Tells what is written to a task's memory while it makes one step. */
export interface WriteRecorder {
  begin(task: Task): void;
  /** Writes since `begin`, in order: those of the instruction, then those of the kernel. */
  end(): MemoryWrite[];
  /** Back to full speed until the next `begin`. */
  stop(): void;
}

/** The CPU records its accesses, the kernel tells its own (`Kernel.userWrites`). */
export function createWriteRecorder(machine: Machine): WriteRecorder {
  const k = machine.kernel;
  const recordings = new Map<IsaName, Recording>();
  let recording: Recording | null = null;
  let kernelWrites: MemoryWrite[] = [];

  function recordingOf(isa: IsaName): Recording {
    const known = recordings.get(isa);
    if (known) return known;
    const options = { what: RECORD.nothing, maxInsns: 1, maxAccesses: MAX_ACCESSES };
    const made = machine.cpu(isa).observers.record(options);
    recordings.set(isa, made);
    return made;
  }

  return {
    begin(task) {
      recording = recordingOf(task.isa);
      recording.clear();
      kernelWrites = [];
      k.userWrites = (mm, addr, bytes) => {
        if (mm === task.mm) kernelWrites.push({ addr, bytes: bytes.slice(), by: 'kernel' });
      };
    },
    end() {
      k.userWrites = null;
      return recording ? [...instructionWrites(recording), ...kernelWrites] : kernelWrites;
    },
    stop() {
      for (const made of recordings.values()) made.stop();
      recordings.clear();
    },
  };
}

/** Pieces of one access, and accesses that follow one another, are one write. */
function instructionWrites(recording: Recording): MemoryWrite[] {
  const writes: { addr: number; bytes: Uint8Array; by: 'instruction' }[] = [];
  for (let i = 0; i < recording.nrAccesses; i++) {
    const { address, lenBytes, write, after } = recording.access(i);
    if (!write) continue;
    const bytes = toLittleEndian(after, lenBytes);
    const last = writes.at(-1);
    if (last && last.addr + last.bytes.length === address) last.bytes = Buffer.concat([last.bytes, bytes]);
    else writes.push({ addr: address, bytes, by: 'instruction' });
  }
  return writes;
}
