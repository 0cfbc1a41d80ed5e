import { interruptForeground, wakeReaders } from '../../emulator/machine/console-events.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { changeMemory, changeRegister } from './edits.ts';
import type { Happening } from './journal.ts';
import type { Recorder } from './recorder.ts';

/** Do to the machine what was done to it at this instant. */
export function happen(machine: Machine, recorder: Recorder, what: Happening): void {
  switch (what.kind) {
    case 'wake-readers':
      wakeReaders(machine);
      break;
    case 'interrupt':
      interruptForeground(machine);
      break;
    case 'set-register':
      changeRegister(machine, what.pid, what.name, what.value);
      break;
    case 'set-memory':
      changeMemory(machine, what.pid, what.addr, what.bytes);
      break;
    case 'clock':
      recorder.clockNs = what.ns;
      break;
  }
}
