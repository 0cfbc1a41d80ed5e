import type { MachineConsole } from '../../emulator/machine/console.ts';
import { createHostFiles, type HostFilesPort } from '../../emulator/machine/host-files.ts';
import { createMachine, hostClock, type Machine, type MachineOptions } from '../../emulator/machine/machine.ts';
import { History, type HistoryOptions } from './history.ts';
import { type Entry, Journal, JournalEnd, JournalMismatch } from './journal.ts';
import { recordedClock, recordedConsole, recordedFiles } from './ports.ts';
import { Recorder } from './recorder.ts';
import { type RecordedOptions, type Recording, RecordingError } from './recording-file.ts';

/**
 * A machine with a history, which stands before its first instruction. `hear` is told each entry of the journal. Throws what createMachine
 * throws.
 */
export function startRecorded(
  options: MachineOptions,
  history: HistoryOptions = {},
  hear: ((entry: Entry) => void) | null = null,
): History {
  const recorder = new Recorder();
  recorder.journal.onAppend = hear;
  recorder.readClock = options.clock?.hostNs ?? null;
  return new History(make(options, recorder, createHostFiles), recorder, history);
}

/**
 * The machine of a recording, before its first instruction; its end is known. `console` gets what the guest wrote, once. Throws
 * RecordingError for one that does not come so far.
 */
export function startReplay(recording: Recording, console: MachineConsole, history: HistoryOptions = {}): History {
  const recorder = new Recorder(new Journal(recording.entries), recording.beside);
  const { options, entries, end } = recording;
  const { bootTimeNs, ...rest } = options;
  const mounts = options.mounts.map((guestPath) => ({ hostPath: '', guestPath }));
  const clock = bootTimeNs === undefined ? undefined : { bootTimeNs };
  if (clock) recorder.readClock = clockBehind(entries);
  const machine = remake({ ...rest, mounts, console, ...(clock ? { clock } : {}) }, recorder);
  const replay = new History(machine, recorder, history);
  if (end === null) replay.knowEnd(lastInstant(entries), 'the recording was cut short here');
  else replay.knowEnd(end.t, end.status === null ? 'the recording ends here' : null);
  return replay;
}

/** What a recording keeps of a machine's options. */
export function recordedOptions({
  console: _console,
  openFiles: _openFiles,
  clock,
  mounts,
  ...rest
}: MachineOptions): RecordedOptions {
  return {
    ...rest,
    mounts: [...mounts].map(({ guestPath }) => guestPath),
    ...(clock ? { bootTimeNs: clock.bootTimeNs } : {}),
  };
}

/** For branches of a recording: real time goes on from the last that is in it. */
function clockBehind(entries: readonly Entry[]): () => number {
  const { hostNs } = hostClock();
  const last = entries.findLast((entry) => entry.kind === 'happening' && entry.what.kind === 'clock');
  const fromNs = last?.kind === 'happening' && last.what.kind === 'clock' ? last.what.ns : 0;
  return () => fromNs + hostNs();
}

function make(
  options: MachineOptions,
  recorder: Recorder,
  openFiles: (hostPaths: readonly string[]) => HostFilesPort | null,
): Machine {
  return createMachine({
    ...options,
    ...(options.clock ? { clock: recordedClock(options.clock.bootTimeNs, recorder) } : {}),
    console: recordedConsole(options.console, recorder),
    openFiles: (hostPaths) => recordedFiles(openFiles(hostPaths), recorder),
  });
}

function remake(options: MachineOptions, recorder: Recorder): Machine {
  try {
    return make(options, recorder, () => null);
  } catch (error) {
    if (error instanceof JournalEnd)
      throw new RecordingError(`cut short before its first instruction: ${error.message}`);
    if (error instanceof JournalMismatch) throw new RecordingError(error.message);
    throw error;
  }
}

function lastInstant(entries: readonly Entry[]): number {
  return entries.reduce((last, entry) => ('t' in entry ? Math.max(last, entry.t) : last), 0);
}
