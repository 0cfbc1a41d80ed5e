import type { MachineConsole } from '../../emulator/machine/console.ts';
import type { HostFilesPort } from '../../emulator/machine/host-files.ts';
import { ENOENT } from '../../kernel/abi/errno.ts';
import type { Clock } from '../../kernel/ports.ts';
import { SyscallError } from '../../kernel/syscalls/row.ts';
import { type FileAnswer, type Journal, JournalEnd, JournalMismatch, type Question } from './journal.ts';
import type { Answers } from './known-answers.ts';

/** Where a machine's journal is looked up: a branch of a history has its own. */
export interface JournalOwner {
  journal: Journal;
  /** The instant of the machine, for entries that have one. */
  now(): number;
  /** True while somebody other than the machine asks. */
  readonly isAside: boolean;
  /** What the recording that is played knows of a file, see known-answers.ts. */
  readonly known: Answers;
  readonly clockNs: number;
}

/** A clock that stands between two looks at the host's, which are entries of the journal. */
export function recordedClock(bootTimeNs: bigint, owner: JournalOwner): Clock {
  return { bootTimeNs, hostNs: () => owner.clockNs };
}

/**
 * A console that listens: what passes is recorded once and comes from the journal ever after. Output reaches `real` when its instant is
 * passed for the first time, and not again.
 */
export function recordedConsole(real: MachineConsole, owner: JournalOwner): MachineConsole {
  let inputBytes = 0;
  let outputBytes = 0;
  return {
    write(fd, bytes) {
      const { journal } = owner;
      const { errno } = journal.take('output', () => {
        const copy = Uint8Array.from(bytes);
        journal.shown = journal.entries.length + 1;
        return { kind: 'output', t: owner.now(), fd, bytes: copy, errno: errnoOf(() => real.write(fd, copy)) };
      });
      if (journal.cursor > journal.shown) {
        journal.shown = journal.cursor;
        real.write(fd, bytes);
      }
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
    isAwaited: () => real.isAwaited?.() ?? false,
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
  function answer<T extends FileAnswer>(question: Question, ask: (files: HostFilesPort) => T): T {
    if (owner.isAside) return real === null ? ((owner.known(question, true) ?? -ENOENT) as T) : ask(real);
    const entry = owner.journal.take('file', () => {
      const known = real === null ? owner.known(question) : ask(real);
      if (known === null) throw new JournalEnd(questionText(question));
      return { kind: 'file', question, answer: known };
    });
    if (questionText(entry.question) !== questionText(question)) {
      throw new JournalMismatch(questionText(question), questionText(entry.question));
    }
    // The journal gives what the same question was answered with.
    return entry.answer as T;
  }
  return {
    lstat: (mount, path) => answer(['lstat', mount, path], (files) => files.lstat(mount, path)),
    readlink: (mount, path) => answer(['readlink', mount, path], (files) => files.readlink(mount, path)),
    readdir: (mount, path) => answer(['readdir', mount, path], (files) => files.readdir(mount, path)),
    read: (mount, path, offset, lenBytes) =>
      answer(['read', mount, path, offset, lenBytes], (files) => files.read(mount, path, offset, lenBytes)),
    close: () => real?.close(),
  };
}

function questionText(question: Question): string {
  return question.join(' ');
}
