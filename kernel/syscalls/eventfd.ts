import { EINVAL } from '../abi/errno.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE } from '../abi/eventfd.ts';
import { anonFile } from '../fs/anon-inode.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { installAnon, O_RDWR } from './anon-fd.ts';
import type { SyscallRow } from './row.ts';

/** Linux: fs/eventfd.c do_eventfd(). */
function doEventfd(k: Kernel, task: Task, count: number, flags: number): number {
  if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK)) return -EINVAL;
  return installAnon(k, task, (flags & EFD_CLOEXEC) !== 0, () =>
    anonFile(
      k,
      { kind: 'eventfd', count: BigInt(count), semaphore: (flags & EFD_SEMAPHORE) !== 0 },
      O_RDWR | (flags & EFD_NONBLOCK),
      '[eventfd]',
    ),
  );
}

/** eventfd(2), the first one. */
export const sys_eventfd: SyscallRow = {
  name: 'eventfd',
  nr: { i386: 323, x86_64: 284, arm: 351 },
  args: [['count', 'uint']],
  ret: 'fd',
  handler: (k, task, [count = 0]) => doEventfd(k, task, count, 0),
};

/** eventfd(2). */
export const sys_eventfd2: SyscallRow = {
  name: 'eventfd2',
  nr: { i386: 328, x86_64: 290, arm: 356 },
  args: [
    ['count', 'uint'],
    ['flags', 'int'],
  ],
  ret: 'fd',
  handler: (k, task, [count = 0, flags = 0]) => doEventfd(k, task, count, flags),
};

export const EVENTFD_ROWS = [sys_eventfd, sys_eventfd2];
