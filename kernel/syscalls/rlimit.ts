import { CAP_SYS_RESOURCE } from '../abi/capability.ts';
import { EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { RLIM_INFINITY32, RLIM_NLIMITS, RLIMIT_CPU, RLIMIT_NOFILE } from '../abi/resource.ts';
import { decodeRlimit, rlimit, rlimit64 } from '../abi/structs.ts';
import { capable } from '../commoncap.ts';
import { callIsa, getBytes, putBytes } from '../fs/uargs.ts';
import { findTaskOrSelf } from '../pid.ts';
import { type Limit, setRlimit } from '../rlimit.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** Resource limits. Linux: kernel/sys.c. */

/** sysctl fs.nr_open: the highest hard limit of descriptors. */
const NR_OPEN = 1024 * 1024;
/** What the oldest getrlimit gives for more than fits. */
const OLD_INFINITY = 0x7fff_ffff;

/** Throws EINVAL for a resource that there is not. */
function limitOf(task: Task, resource: number): Limit {
  const limit = resource >= 0 && resource < RLIM_NLIMITS ? task.signal.rlim[resource] : undefined;
  if (!limit) throw new SyscallError(EINVAL);
  return limit;
}

/** Linux: do_prlimit(). 0 or -errno. */
function setLimit(task: Task, target: Task, resource: number, [soft, hard]: Limit): number {
  const old = limitOf(target, resource);
  if (soft > hard) return -EINVAL;
  if (resource === RLIMIT_NOFILE && hard > NR_OPEN) return -EPERM;
  if (hard > old[1] && !capable(task.cred, CAP_SYS_RESOURCE)) return -EPERM;
  // An immediate limit of CPU time is one second. Linux: update_rlimit_cpu().
  setRlimit(target.signal, resource, [resource === RLIMIT_CPU ? Math.max(1, soft) : soft, hard]);
  return 0;
}

function cap([soft, hard]: Limit, most: number): { rlim_cur: number; rlim_max: number } {
  return { rlim_cur: Math.min(soft, most), rlim_max: Math.min(hard, most) };
}

/** Limits above 32 bits read as none on 32-bit ISAs. */
function putRlimit(k: Kernel, task: Task, addr: number, limit: Limit): void {
  const isa = callIsa(task);
  const most = rlimit.size(isa) === 8 ? RLIM_INFINITY32 : Infinity;
  putBytes(k, task, addr, rlimit.encode(isa, cap(limit, most)));
}

/** getrlimit(2). On 32-bit ISAs this is the second one, and the first is sys_old_getrlimit. */
const sys_getrlimit: SyscallRow = {
  name: 'getrlimit',
  nr: { i386: 76, x86_64: 97 },
  args: [
    ['resource', 'resource'],
    ['rlim', 'outrlimit'],
  ],
  ret: 'int',
  handler(k, task, [resource = 0, rlim = 0]) {
    const limit = limitOf(task, resource);
    const isa = callIsa(task);
    if (rlimit.size(isa) === 8) putBytes(k, task, rlim, rlimit.encode(isa, cap(limit, OLD_INFINITY)));
    else putRlimit(k, task, rlim, limit);
    return 0;
  },
};

/** getrlimit(2) of 32-bit ISAs. */
const sys_ugetrlimit: SyscallRow = {
  name: 'ugetrlimit',
  nr: { i386: 191, arm: 191 },
  args: [
    ['resource', 'resource'],
    ['rlim', 'outrlimit'],
  ],
  ret: 'int',
  handler(k, task, [resource = 0, rlim = 0]) {
    putRlimit(k, task, rlim, limitOf(task, resource));
    return 0;
  },
};

/** setrlimit(2). */
const sys_setrlimit: SyscallRow = {
  name: 'setrlimit',
  nr: { i386: 75, x86_64: 160, arm: 75 },
  args: [
    ['resource', 'resource'],
    ['rlim', 'rlimit'],
  ],
  ret: 'int',
  handler(k, task, [resource = 0, rlim = 0]) {
    const isa = callIsa(task);
    const wanted = decodeRlimit(isa, rlimit, getBytes(k, task, rlim, rlimit.size(isa)));
    return setLimit(task, task, resource, wanted);
  },
};

/** Root, or all ids the same. Linux: check_prlimit_permission(). */
function mayPrlimit(task: Task, target: Task): boolean {
  if (task.tgid === target.tgid || capable(task.cred, CAP_SYS_RESOURCE)) return true;
  const { uid, gid } = task.cred;
  const theirs = target.cred;
  const sameUser = [theirs.uid, theirs.euid, theirs.suid].every((id) => id === uid);
  return sameUser && [theirs.gid, theirs.egid, theirs.sgid].every((id) => id === gid);
}

/** prlimit(2). */
const sys_prlimit64: SyscallRow = {
  name: 'prlimit64',
  nr: { i386: 340, x86_64: 302, arm: 369 },
  args: [
    ['pid', 'pid'],
    ['resource', 'resource'],
    ['new_rlim', 'rlimit64'],
    ['old_rlim', 'outrlimit64'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, resource = 0, newRlim = 0, oldRlim = 0]) {
    const isa = callIsa(task);
    const wanted = newRlim === 0 ? null : decodeRlimit(isa, rlimit64, getBytes(k, task, newRlim, rlimit64.size(isa)));
    const target = findTaskOrSelf(k, task, pid);
    if (!target) return -ESRCH;
    if (!mayPrlimit(task, target)) return -EPERM;
    const old = limitOf(target, resource);
    if (wanted) {
      const result = setLimit(task, target, resource, wanted);
      if (result !== 0) return result;
    }
    if (oldRlim !== 0) putBytes(k, task, oldRlim, rlimit64.encode(isa, cap(old, Infinity)));
    return 0;
  },
};

export const RLIMIT_ROWS: readonly SyscallRow[] = [sys_getrlimit, sys_ugetrlimit, sys_setrlimit, sys_prlimit64];
