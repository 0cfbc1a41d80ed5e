import { isatty } from 'node:tty';
import type { Console } from '../../kernel/ports.ts';
import { openStdin, type Stdin } from './stdin.ts';
import { asGuestError, OutputClosed, writeAll } from './write-all.ts';

/** A console that a driver can wait on. */
export interface MachineConsole extends Console {
  /** True when a read of the guest found nothing and there is something for it now (or the end). */
  poll(): boolean;
  /** True when a read of the guest found nothing, and more may come. Absent: never. */
  isAwaited?(): boolean;
  position(): ConsolePosition;
  /** Give the input from there again, and forget the output behind it. Absent where what has passed is gone: a driver that goes back keeps it. */
  rewind?(to: ConsolePosition): void;
  close(): void;
}

/** Bytes that the guest has read, and written to both descriptors together. */
export interface ConsolePosition {
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/** Called with what the guest writes, as it writes it. */
export type OutputTap = (fd: 1 | 2, bytes: Uint8Array) => void;

/** Where a guest's terminal is, if not here. */
export interface HostEnds {
  /** Descriptors of the host for the guest's 0, 1 and 2. */
  readonly fds?: readonly [number, number, number];
  /** Takes what the guest writes, in place of them. */
  readonly output?: OutputTap;
}

const OWN = [0, 1, 2] as const;

/**
 * The host's own descriptors 0, 1 and 2. Output goes out at once and whole; input is taken only when the guest asks,
 * and no more than it asked for. `tap` sees the output too. What the host refuses (ENOSPC, EISDIR) the guest gets as its
 * call's error; a reader that has gone is OutputClosed.
 */
export function createHostConsole(tap?: OutputTap, { fds = OWN, output }: HostEnds = {}): MachineConsole {
  let stdin: Stdin | null = null;
  /** What the last read wanted in vain, and what `poll` has found for it since. */
  let wantedBytes = 0;
  let found: Uint8Array | null = null;
  let inputBytes = 0;
  let outputBytes = 0;

  function readStdin(maxBytes: number): Uint8Array | null {
    stdin ??= openStdin(fds[0]);
    try {
      return stdin.read(maxBytes);
    } catch (error) {
      throw asGuestError(error);
    }
  }

  return {
    write(fd, bytes) {
      tap?.(fd, bytes);
      try {
        if (output) output(fd, bytes);
        else writeAll(fds[fd], bytes);
        outputBytes += bytes.length;
      } catch (error) {
        throw error instanceof OutputClosed ? error : asGuestError(error);
      }
    },
    read(maxBytes) {
      if (found !== null) {
        const bytes = found.subarray(0, maxBytes);
        found = found.length > maxBytes ? found.subarray(maxBytes) : null;
        inputBytes += bytes.length;
        return bytes;
      }
      const bytes = readStdin(maxBytes);
      wantedBytes = bytes === null ? maxBytes : 0;
      inputBytes += bytes?.length ?? 0;
      return bytes;
    },
    poll() {
      if (found === null && wantedBytes > 0) found = readStdin(wantedBytes);
      return found !== null;
    },
    isAwaited: () => found !== null || wantedBytes > 0,
    position: () => ({ inputBytes, outputBytes }),
    tty(fd) {
      return isatty(fds[fd] ?? fd) ? windowSize() : null;
    },
    close() {
      stdin?.close();
      stdin = null;
    },
  };
}

function windowSize(): { rows: number; columns: number } {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.isTTY) return { rows: stream.rows, columns: stream.columns };
  }
  return { rows: 24, columns: 80 };
}

/** A console in memory: gives `input`, then the end, and keeps what the guest writes. */
export interface MemoryConsole extends MachineConsole {
  readonly output: { readonly fd: 1 | 2; readonly bytes: Uint8Array }[];
  /** What was written to one descriptor, or to both, in order. */
  bytes(fd?: 1 | 2): Buffer;
}

export function createMemoryConsole(input: Uint8Array = new Uint8Array(0), tap?: OutputTap): MemoryConsole {
  let inputBytes = 0;
  let outputBytes = 0;
  const output: { fd: 1 | 2; bytes: Uint8Array }[] = [];
  return {
    output,
    bytes: (fd) => Buffer.concat(output.filter((part) => fd === undefined || part.fd === fd).map((part) => part.bytes)),
    write(fd, bytes) {
      const copy = Uint8Array.from(bytes);
      tap?.(fd, copy);
      output.push({ fd, bytes: copy });
      outputBytes += copy.length;
    },
    read(maxBytes) {
      const bytes = input.subarray(inputBytes, inputBytes + maxBytes);
      inputBytes += bytes.length;
      return bytes;
    },
    poll: () => true,
    position: () => ({ inputBytes, outputBytes }),
    rewind(to) {
      inputBytes = to.inputBytes;
      while (outputBytes > to.outputBytes) outputBytes -= output.pop()?.bytes.length ?? outputBytes;
    },
    tty: () => null,
    close: () => {},
  };
}
