import type { MachineConsole } from '../../emulator/machine/console.ts';
import type { HostFilesPort } from '../../emulator/machine/host-files.ts';
import { SyscallError } from '../../kernel/syscalls/row.ts';
import { type FileAnswer, type Journal, JournalMismatch } from './journal.ts';

/** Where a machine's journal is looked up: a branch of a history has its own. */
export interface JournalOwner {
  journal: Journal;
  /** The instant of the machine, for entries that have one. */
  now(): number;
  /** True while somebody other than the machine asks. */
  readonly isAside: boolean;
}

/**
 * A console that listens: what passes is recorded once and comes from the journal ever after. Output reaches `real` when it is
 * recorded, and not again when the same instant is passed again.
 */
export function recordedConsole(real: MachineConsole, owner: JournalOwner): MachineConsole {
  let inputBytes = 0;
  let outputBytes = 0;
  return {
    write(fd, bytes) {
      const { errno } = owner.journal.take('output', () => {
        const copy = Uint8Array.from(bytes);
        return { kind: 'output', t: owner.now(), fd, bytes: copy, errno: errnoOf(() => real.write(fd, copy)) };
      });
      if (errno !== 0) throw new SyscallError(errno);
      outputBytes += bytes.length;
    },
    read(maxBytes) {
      const { bytes } = owner.journal.take('input', () => ({
        kind: 'input',
        bytes: real.read(maxBytes)?.slice() ?? null,
      }));
      inputBytes += bytes?.length ?? 0;
      return bytes;
    },
    tty: (fd) => owner.journal.take('tty', () => ({ kind: 'tty', size: real.tty(fd) })).size,
    poll: () => real.poll(),
    position: () => ({ inputBytes, outputBytes }),
    rewind(to) {
      ({ inputBytes, outputBytes } = to);
    },
    close: () => real.close(),
  };
}

/** The errno of the SyscallError that `call` throws, or 0; other errors pass. */
function errnoOf(call: () => void): number {
  try {
    call();
    return 0;
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}

/** The same for host files. Without `real` only what is recorded can be had. */
export function recordedFiles(real: HostFilesPort | null, owner: JournalOwner): HostFilesPort {
  function answer<T extends FileAnswer>(ask: (files: HostFilesPort) => T): T {
    if (owner.isAside && real !== null) return ask(real);
    const entry = owner.journal.take('file', () => {
      if (real === null) throw new JournalMismatch('a file of the host', 'no more');
      return { kind: 'file', answer: ask(real) };
    });
    // The journal gives what the same question was answered with.
    return entry.answer as T;
  }
  return {
    lstat: (mount, path) => answer((files) => files.lstat(mount, path)),
    readlink: (mount, path) => answer((files) => files.readlink(mount, path)),
    readdir: (mount, path) => answer((files) => files.readdir(mount, path)),
    read: (mount, path, offset, lenBytes) => answer((files) => files.read(mount, path, offset, lenBytes)),
    close: () => real?.close(),
  };
}
