import { EINVAL } from '../abi/errno.ts';
import { SFD_CLOEXEC, SFD_NONBLOCK } from '../abi/signalfd.ts';
import { anonFile } from '../fs/anon-inode.ts';
import { fdget } from '../fs/file.ts';
import { signalfdChannel } from '../fs/signalfd.ts';
import { wakeUp } from '../sched.ts';
import { withoutUnblockable } from '../signal/sigset.ts';
import type { Kernel } from '../state.ts';
import type { Sigset, Task } from '../task.ts';
import { installAnon, O_RDWR } from './anon-fd.ts';
import type { SyscallRow } from './row.ts';
import { readSigset } from './sigmask.ts';
import { SIGSET_BYTES } from './user.ts';

/** Linux: fs/signalfd.c do_signalfd4(). */
function doSignalfd4(k: Kernel, task: Task, ufd: number, set: Sigset, flags: number): number {
  if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK)) return -EINVAL;
  const mask = withoutUnblockable(set);
  if (ufd === -1) {
    return installAnon(k, task, (flags & SFD_CLOEXEC) !== 0, () =>
      anonFile(k, { kind: 'signalfd', mask }, O_RDWR | (flags & SFD_NONBLOCK), '[signalfd]'),
    );
  }
  const { privateData } = fdget(task, ufd);
  if (privateData?.kind !== 'signalfd') return -EINVAL;
  privateData.mask = mask;
  wakeUp(k, signalfdChannel(task.tgid));
  return ufd;
}

function signalfd(k: Kernel, task: Task, ufd: number, addr: number, sizemask: number, flags: number): number {
  if (sizemask !== SIGSET_BYTES) return -EINVAL;
  return doSignalfd4(k, task, ufd, readSigset(k, task, addr), flags);
}

/** signalfd(2), the first one. */
export const sys_signalfd: SyscallRow = {
  name: 'signalfd',
  nr: { i386: 321, x86_64: 282, arm: 349 },
  args: [
    ['ufd', 'fd'],
    ['user_mask', 'sigset'],
    ['sizemask', 'size'],
  ],
  ret: 'fd',
  handler: (k, task, [ufd = 0, mask = 0, sizemask = 0]) => signalfd(k, task, ufd, mask, sizemask, 0),
};

/** signalfd(2). */
export const sys_signalfd4: SyscallRow = {
  name: 'signalfd4',
  nr: { i386: 327, x86_64: 289, arm: 355 },
  args: [
    ['ufd', 'fd'],
    ['user_mask', 'sigset'],
    ['sizemask', 'size'],
    ['flags', 'int'],
  ],
  ret: 'fd',
  handler: (k, task, [ufd = 0, mask = 0, sizemask = 0, flags = 0]) => signalfd(k, task, ufd, mask, sizemask, flags),
};

export const SIGNALFD_ROWS = [sys_signalfd, sys_signalfd4];
