import { CAP_SYS_PTRACE } from '../abi/capability.ts';
import { capable, isSubset } from '../commoncap.ts';
import type { Task } from '../task.ts';

/**
 * Whether a task may look into another, or trace it: one of its own group; with all the other's ids and no fewer capabilities, while
 * the other can be dumped; with CAP_SYS_PTRACE. Linux: kernel/ptrace.c __ptrace_may_access() with PTRACE_MODE_REALCREDS.
 */
export function ptraceMayAccess({ tgid, cred }: Task, target: Task): boolean {
  if (tgid === target.tgid || capable(cred, CAP_SYS_PTRACE)) return true;
  const theirs = target.cred;
  const sameIds =
    [theirs.uid, theirs.euid, theirs.suid].every((id) => id === cred.uid) &&
    [theirs.gid, theirs.egid, theirs.sgid].every((id) => id === cred.gid);
  const isDumpable = target.mm?.dumpable ?? true;
  return sameIds && isDumpable && isSubset(theirs.caps.permitted, cred.caps.permitted);
}
