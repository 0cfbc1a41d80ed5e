import { interruptForeground, wakeReaders } from '../../emulator/machine/console-events.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { changeRegister } from './edits.ts';
import type { Happening } from './journal.ts';

/** Do to the machine what was done to it at this instant. */
export function happen(machine: Machine, what: Happening): void {
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
  }
}
