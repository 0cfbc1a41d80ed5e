import type { MachineConsole, OutputTap } from './console.ts';

/** A console whose input is handed over piece by piece while the guest runs: a read waits until there is some. */
export interface TypedConsole extends MachineConsole {
  type(bytes: Uint8Array): void;
  /** What comes behind all that was typed: the next reads find the end. */
  end(): void;
}

/** `output` takes what the guest writes. It is no terminal. */
export function createTypedConsole(output: OutputTap): TypedConsole {
  let waiting = Buffer.alloc(0);
  let hasEnded = false;
  let isWanted = false;
  let inputBytes = 0;
  let outputBytes = 0;
  const isThere = (): boolean => waiting.length > 0 || hasEnded;
  return {
    type(bytes) {
      waiting = Buffer.concat([waiting, bytes]);
    },
    end() {
      hasEnded = true;
    },
    write(fd, bytes) {
      output(fd, bytes);
      outputBytes += bytes.length;
    },
    read(maxBytes) {
      isWanted = !isThere();
      if (isWanted) return null;
      const bytes = waiting.subarray(0, maxBytes);
      waiting = waiting.subarray(bytes.length);
      inputBytes += bytes.length;
      return bytes;
    },
    poll: () => isWanted && isThere(),
    // Nothing comes while the guest is waited for: whoever types is asked first.
    isAwaited: () => isWanted && isThere(),
    position: () => ({ inputBytes, outputBytes }),
    tty: () => null,
    close: () => {},
  };
}
