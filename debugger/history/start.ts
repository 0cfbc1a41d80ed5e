import { createHostFiles } from '../../emulator/machine/host-files.ts';
import { createMachine, type MachineOptions } from '../../emulator/machine/machine.ts';
import { History, type HistoryOptions, Recorder } from './history.ts';
import { recordedConsole, recordedFiles } from './ports.ts';

/** A machine with a history, which stands before its first instruction. Throws what createMachine throws. */
export function startRecorded(options: MachineOptions, history: HistoryOptions = {}): History {
  const recorder = new Recorder();
  const machine = createMachine({
    ...options,
    console: recordedConsole(options.console, recorder),
    openFiles: (hostPaths) => recordedFiles(createHostFiles(hostPaths), recorder),
  });
  return new History(machine, recorder, history);
}
