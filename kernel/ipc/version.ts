import * as IPC from '../abi/ipc.ts';
import { archOf } from '../arch/index.ts';
import { callIsa } from '../fs/uargs.ts';
import type { Task } from '../task.ts';

/** A command of msgctl, semctl or shmctl without IPC_64, and whether it means the old structures. */
export interface CtlCommand {
  command: number;
  isOld: boolean;
}

/** The flag tells. Linux: ipc/util.c ipc_parse_version(). */
export function parseVersion(command: number): CtlCommand {
  return { command: command & ~IPC.IPC_64, isOld: (command & IPC.IPC_64) === 0 };
}

/** Of a call of its own: where ipc(2) came first such calls know the new structures only, and no flag. */
export function directVersion(task: Task, command: number): CtlCommand {
  return archOf(callIsa(task)).ctlHasVersion ? parseVersion(command) : { command, isOld: false };
}
