/** What sequences leave behind in the engine that is loaded, to be compared with another build of it. */
import { createHash } from 'node:crypto';
import { upstreamEdits } from '../../../emulator/engine/addon.ts';
import { MAX_STEPS } from '../compare.ts';
import { EngineGuest } from '../engine.ts';
import { generate } from './generate.ts';
import { REGISTER_WORDS, type Sequence, type X86Isa } from './sequence.ts';

export interface Fingerprints {
  /** Names of the edits of the engine that was measured. */
  readonly edits: readonly string[];
  readonly instructions: number;
  /** One a seed: exits, counts, registers, x87, SSE and memory behind all of its sequences. */
  readonly hashes: readonly string[];
}

/** Run the sequences of `seeds` seeds from `first` on, in one go, with pages that come when they are touched. */
export function fingerprints(isa: X86Isa, first: number, seeds: number): Fingerprints {
  const guest = new EngineGuest(isa);
  let instructions = 0;
  try {
    const hashes = Array.from({ length: seeds }, (_, index) => {
      const hash = createHash('sha256');
      for (const sequence of generate(isa, first + index)) instructions += into(hash, guest, sequence);
      return hash.digest('hex');
    });
    return { edits: upstreamEdits(), instructions, hashes };
  } finally {
    guest.close();
  }
}

function into(hash: ReturnType<typeof createHash>, guest: EngineGuest, sequence: Sequence): number {
  guest.reset(sequence, true);
  const exit = guest.run(MAX_STEPS);
  const state = new Uint32Array(REGISTER_WORDS);
  guest.task.readRegisters(state);
  hash.update(guest.task.readThread(state)).update(state);
  hash.update(JSON.stringify([exit, guest.changes()]));
  return exit.retired;
}
