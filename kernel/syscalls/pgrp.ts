import { EACCES, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { findTaskOrSelf, findVpid, freePid, pidVnr } from '../pid.ts';
import { parentTgid } from '../reparent.ts';
import type { Kernel } from '../state.ts';
import type { SyscallRow } from './row.ts';

/** Process numbers, process groups and sessions. Linux: kernel/sys.c. */

/** getpid(2). */
const sys_getpid: SyscallRow = {
  name: 'getpid',
  nr: { i386: 20, x86_64: 39, arm: 20 },
  args: [],
  ret: 'pid',
  handler: (_k, task) => pidVnr(task, task.tgid),
};

/** gettid(2). */
const sys_gettid: SyscallRow = {
  name: 'gettid',
  nr: { i386: 224, x86_64: 186, arm: 224 },
  args: [],
  ret: 'pid',
  handler: (_k, task) => pidVnr(task, task.pid),
};

/** getppid(2). */
const sys_getppid: SyscallRow = {
  name: 'getppid',
  nr: { i386: 64, x86_64: 110, arm: 64 },
  args: [],
  ret: 'pid',
  handler: (k, task) => pidVnr(task, parentTgid(k, task)),
};

/** getpgrp(2). */
const sys_getpgrp: SyscallRow = {
  name: 'getpgrp',
  nr: { i386: 65, x86_64: 111, arm: 65 },
  args: [],
  ret: 'pid',
  handler: (_k, task) => pidVnr(task, task.signal.pgrp),
};

/** getpgid(2). */
const sys_getpgid: SyscallRow = {
  name: 'getpgid',
  nr: { i386: 132, x86_64: 121, arm: 132 },
  args: [['pid', 'pid']],
  ret: 'pid',
  handler: (k, task, [pid = 0]) => {
    const target = findTaskOrSelf(k, task, pid);
    return target ? pidVnr(task, target.signal.pgrp) : -ESRCH;
  },
};

/** getsid(2). */
const sys_getsid: SyscallRow = {
  name: 'getsid',
  nr: { i386: 147, x86_64: 124, arm: 147 },
  args: [['pid', 'pid']],
  ret: 'pid',
  handler: (k, task, [pid = 0]) => {
    const target = findTaskOrSelf(k, task, pid);
    return target ? pidVnr(task, target.signal.session) : -ESRCH;
  },
};

/** setpgid(2). */
const sys_setpgid: SyscallRow = {
  name: 'setpgid',
  nr: { i386: 57, x86_64: 109, arm: 57 },
  args: [
    ['pid', 'pid'],
    ['pgid', 'pid'],
  ],
  ret: 'int',
  handler(k, task, [pidArg = 0, pgidArg = 0]) {
    if (pgidArg < 0) return -EINVAL;
    const pid = pidArg === 0 ? task.tgid : findVpid(task, pidArg);
    const pgid = pgidArg === 0 ? pid : findVpid(task, pgidArg);
    const target = k.state.tasks.get(pid);
    if (!target) return -ESRCH;
    if (target.pid !== target.tgid) return -EINVAL;
    if (parentTgid(k, target) === task.tgid) {
      if (target.signal.session !== task.signal.session) return -EPERM;
      if (target.didExec) return -EACCES;
    } else if (target.pid !== task.tgid) {
      return -ESRCH;
    }
    if (target.signal.session === target.tgid) return -EPERM;
    if (pgid !== pid && !hasPgrp(k, pgid, task.signal.session)) return -EPERM;
    const old = target.signal.pgrp;
    target.signal.pgrp = pgid;
    freePid(k, target.pidNs, old);
    return 0;
  },
};

/** setsid(2): a new session and process group, unless the process leads a group already. */
const sys_setsid: SyscallRow = {
  name: 'setsid',
  nr: { i386: 66, x86_64: 112, arm: 66 },
  args: [],
  ret: 'pid',
  handler(k, task) {
    for (const other of k.state.tasks.values()) if (other.signal.pgrp === task.tgid) return -EPERM;
    const { signal, pidNs, tgid } = task;
    const old = [signal.session, signal.pgrp];
    signal.session = tgid;
    signal.pgrp = tgid;
    for (const pid of old) freePid(k, pidNs, pid);
    return pidVnr(task, tgid);
  },
};

function hasPgrp(k: Kernel, pgrp: number, session: number): boolean {
  for (const { signal } of k.state.tasks.values()) if (signal.pgrp === pgrp && signal.session === session) return true;
  return false;
}

export const PGRP_ROWS: readonly SyscallRow[] = [
  sys_getpid,
  sys_gettid,
  sys_getppid,
  sys_getpgrp,
  sys_getpgid,
  sys_getsid,
  sys_setpgid,
  sys_setsid,
];
