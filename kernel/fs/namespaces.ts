import { CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from '../abi/sched.ts';
import type { Nsproxy } from '../nsproxy.ts';
import type { PidNamespace } from '../pid.ts';
import type { Task } from '../task.ts';

/** One namespace: its kind is the flag of clone that makes it. */
export type NamespaceRef =
  | { type: typeof CLONE_NEWPID; ns: PidNamespace }
  | { type: typeof CLONE_NEWUTS; ns: Nsproxy['uts'] }
  | { type: typeof CLONE_NEWIPC; ns: Nsproxy['ipc'] }
  | { type: typeof CLONE_NEWNS; ns: Nsproxy['mnt'] }
  | { type: typeof CLONE_NEWCGROUP; ns: Nsproxy['cgroup'] };

/** The files of /proc/PID/ns, with what a link says before the inode's number; null for a task that has none any more. */
export const NAMESPACES: { readonly [file: string]: (task: Task) => NamespaceRef | null } = {
  cgroup: ({ nsproxy }) => nsproxy && { type: CLONE_NEWCGROUP, ns: nsproxy.cgroup },
  ipc: ({ nsproxy }) => nsproxy && { type: CLONE_NEWIPC, ns: nsproxy.ipc },
  mnt: ({ nsproxy }) => nsproxy && { type: CLONE_NEWNS, ns: nsproxy.mnt },
  pid: ({ pidNs }) => ({ type: CLONE_NEWPID, ns: pidNs }),
  pid_for_children: ({ nsproxy }) =>
    nsproxy && nsproxy.pidForChildren.childReaper !== 0 ? { type: CLONE_NEWPID, ns: nsproxy.pidForChildren } : null,
  uts: ({ nsproxy }) => nsproxy && { type: CLONE_NEWUTS, ns: nsproxy.uts },
};
