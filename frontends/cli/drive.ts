import { setImmediate, setTimeout } from 'node:timers/promises';
import { interruptForeground, wakeReaders } from '../../emulator/machine/console-events.ts';
import type { Machine, StopReason } from '../../emulator/machine/machine.ts';

/** How a run ended: all processes have, or a limit was hit, or the user has given up. */
export type Outcome = 'done' | 'timeout' | 'max-insns' | 'interrupted';

export interface DriveOptions {
  /** Real time in seconds. */
  readonly timeout?: number | undefined;
  readonly maxInsns?: number | undefined;
  /** Goes on for about `sliceMs`, at most to `untilT`: `machine.run`, or a run that is watched. */
  readonly advance: (untilT: number, sliceMs: number) => StopReason;
  /** Called between slices. */
  readonly breathe?: () => void;
  /** Does to the machine what comes from outside; directly when absent. A recording writes it down. */
  readonly outside?: (what: 'wake-readers' | 'interrupt') => void;
}

const SLICE_MS = 20;
/** How often input is looked for while the guest waits: at first at once, then less and less. */
const POLL_FIRST_MS = 1;
const POLL_LAST_MS = 10;

/**
 * Drive the machine to its end, giving the event loop its turn between slices. Ctrl-C reaches the guest as from its
 * terminal; the second one ends the run.
 */
export async function drive(machine: Machine, options: DriveOptions): Promise<Outcome> {
  const untilT = options.maxInsns ?? Number.POSITIVE_INFINITY;
  const outside = options.outside ?? ((what) => (what === 'interrupt' ? interruptForeground : wakeReaders)(machine));
  const deadline = performance.now() + (options.timeout ?? Number.POSITIVE_INFINITY) * 1000;
  let interrupts = 0;
  let pollMs = POLL_FIRST_MS;
  const onInterrupt = (): void => {
    interrupts++;
    if (interrupts === 1) outside('interrupt');
  };
  process.on('SIGINT', onInterrupt);
  try {
    for (;;) {
      const sliceMs = Math.min(SLICE_MS, deadline - performance.now());
      if (sliceMs <= 0) return 'timeout';
      const reason = options.advance(untilT, sliceMs);
      options.breathe?.();
      if (reason === 'done') return 'done';
      if (reason === 'limit') return 'max-insns';
      if (reason === 'slice') {
        pollMs = POLL_FIRST_MS;
        await setImmediate();
      } else if (machine.console.poll()) {
        pollMs = POLL_FIRST_MS;
        // Whoever types on has not given up.
        interrupts = 0;
        outside('wake-readers');
      } else {
        await setTimeout(pollMs);
        pollMs = Math.min(pollMs * 1.5, POLL_LAST_MS);
      }
      if (interrupts > 1) return 'interrupted';
    }
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
