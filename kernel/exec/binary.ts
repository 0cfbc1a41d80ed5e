import type { Arch } from '../arch/index.ts';
import type { File } from '../fs/types.ts';
import type { Mm } from '../mm/types.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { ExecStrings } from './strings.ts';

/** What execve has made of its arguments: struct linux_binprm. */
export interface Program {
  file: File;
  strings: ExecStrings;
  /** The path that execve was given, a script's included: it names the task and is AT_EXECFN. */
  execfn: string;
  secure: boolean;
}

/** A program whose format is known, and checked as far as Linux checks it while the old program is still there. */
export interface Binary {
  arch: Arch;
  /** The interpreter's file, open with one reference. */
  interpreter: File | null;
  /** Build the new program's memory and registers. Throws SyscallError, which kills the task. */
  load(k: Kernel, task: Task, mm: Mm, program: Program): void;
}
