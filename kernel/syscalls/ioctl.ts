import { doIoctl } from '../fs/ioctl.ts';
import type { SyscallRow } from './row.ts';

/** ioctl(2). */
export const sys_ioctl: SyscallRow = {
  name: 'ioctl',
  nr: { i386: 54, x86_64: 16, arm: 54 },
  args: [
    ['fd', 'fd'],
    ['request', 'ioctlcmd'],
    ['argp', 'hex'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, cmd = 0, arg = 0]) => doIoctl(k, task, fd, cmd, arg),
};

export const IOCTL_ROWS = [sys_ioctl];
