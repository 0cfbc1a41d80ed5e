import { execFileSync } from 'node:child_process';
import { isatty } from 'node:tty';
import { termios } from '../../kernel/abi/structs.ts';
import type { Tty } from '../../kernel/fs/types.ts';
import type { Machine } from './machine.ts';

/** The host's terminal does the editing and the echo for the guest's, so it follows the modes that the guest sets. */
export interface TerminalFollower {
  /** Set the host's terminal as the guest has set its own since the last time. */
  sync(): void;
  /** Put the host's terminal back as it was at the start. */
  restore(): void;
}

/** Characters of a `stty -g` line; the kernel's struct has fewer. */
const STTY_CHARACTERS = 32;

/**
 * Does nothing where `fd` is no terminal. `stty` sets the modes: Node knows only raw and not raw. The guest's terminal is looked up
 * each time: a machine that is restored has another object for it.
 */
export function followTerminal({ kernel }: Machine, fd = 0): TerminalFollower {
  const ttyNow = (): Tty | null | undefined => kernel.state.root.entries?.get('dev')?.entries?.get('console')?.tty;
  const first = ttyNow()?.termios;
  if (!first || !isatty(fd)) return { sync: () => {}, restore: () => {} };
  let last = first;
  let saved: string | null = null;

  function set(mode: string): void {
    try {
      execFileSync('stty', [mode], { stdio: [fd, 'ignore', 'ignore'] });
    } catch {
      // Without stty the host's own modes stay.
    }
  }

  return {
    sync() {
      const termios = ttyNow()?.termios ?? first;
      if (termios === last || Buffer.compare(termios, last) === 0) return;
      last = termios;
      saved ??= currentMode(fd);
      if (saved !== null) set(Buffer.compare(termios, first) === 0 ? saved : modeOf(termios, saved));
    },
    restore() {
      if (saved !== null && Buffer.compare(last, first) !== 0) set(saved);
      last = first;
    },
  };
}

function currentMode(fd: number): string | null {
  try {
    return execFileSync('stty', ['-g'], { stdio: [fd, 'pipe', 'ignore'], encoding: 'ascii' }).trim();
  } catch {
    return null;
  }
}

/** The guest's modes as `stty -g` writes them; speed and the like are the host's. */
function modeOf(bytes: Uint8Array, saved: string): string {
  const { c_iflag, c_oflag, c_lflag, c_cc } = termios.decode('x86_64', bytes);
  const cflag = saved.split(':')[2] ?? '';
  const characters = Array.from({ length: STTY_CHARACTERS }, (_, at) => (c_cc[at] ?? 0).toString(16));
  return [c_iflag.toString(16), c_oflag.toString(16), cflag, c_lflag.toString(16), ...characters].join(':');
}
