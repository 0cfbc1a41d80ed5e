import type { MachineConsole } from '../../emulator/machine/console.ts';
import { createHostFiles, type HostFilesPort } from '../../emulator/machine/host-files.ts';
import { createMachine, type MachineOptions } from '../../emulator/machine/machine.ts';
import { History, type HistoryOptions, Recorder } from './history.ts';
import { type Entry, Journal } from './journal.ts';
import { recordedConsole, recordedFiles } from './ports.ts';
import type { RecordedOptions, Recording } from './recording-file.ts';

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
  return new History(make(options, recorder, createHostFiles), recorder, history);
}

/** The machine of a recording, before its first instruction; its end is known. `console` gets what the guest wrote, once. */
export function startReplay(recording: Recording, console: MachineConsole, history: HistoryOptions = {}): History {
  const recorder = new Recorder(new Journal(recording.entries));
  const mounts = recording.options.mounts.map((guestPath) => ({ hostPath: '', guestPath }));
  const machine = make({ ...recording.options, mounts, console }, recorder, () => null);
  const replay = new History(machine, recorder, history);
  const { end } = recording;
  replay.knowEnd(end?.t ?? lastInstant(recording.entries), end?.status != null);
  return replay;
}

/** What a recording keeps of a machine's options. */
export function recordedOptions({
  console: _console,
  openFiles: _openFiles,
  mounts,
  ...rest
}: MachineOptions): RecordedOptions {
  return { ...rest, mounts: [...mounts].map(({ guestPath }) => guestPath) };
}

function make(
  options: MachineOptions,
  recorder: Recorder,
  openFiles: (hostPaths: readonly string[]) => HostFilesPort | null,
): ReturnType<typeof createMachine> {
  return createMachine({
    ...options,
    console: recordedConsole(options.console, recorder),
    openFiles: (hostPaths) => recordedFiles(openFiles(hostPaths), recorder),
  });
}

function lastInstant(entries: readonly Entry[]): number {
  return entries.reduce((last, entry) => ('t' in entry ? Math.max(last, entry.t) : last), 0);
}
