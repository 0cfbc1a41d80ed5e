import type { IsaName } from '../../../kernel/ports.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { Task } from '../../../kernel/task.ts';

/** A kernel of which the formatter uses nothing as long as it is given its memory. */
export const fakeKernel = {} as Kernel;

/** As much of a task as the formatter looks at. */
export function fakeTask(isa: IsaName, pid: number): Task {
  const signal = { groupExit: false, groupExitCode: 0, groupExecTask: 0 };
  return { isa, pid, tgid: pid, inSyscall: null, blocked: { lo: 0, hi: 0 }, mm: null, signal } as unknown as Task;
}
