import { SI_KERNEL, SI_USER, SIGCHLD, SIGCONT, SIGHUP } from './abi/signal.ts';
import { doNotifyParent, releaseTask } from './exit.ts';
import { INIT_PID, pidVnr } from './pid.ts';
import { sendSignalGroup } from './signal/send.ts';
import { isGroupStopped, threadGroup, threadsOf } from './signal/wake.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/** Who becomes the parent of whom, and groups that lose their last tie to their session. Linux: kernel/exit.c. */

/** Pid of the parent's group. Linux: task_ppid_nr(). */
export function parentTgid(k: Kernel, task: Task): number {
  return k.state.tasks.get(task.realParent)?.tgid ?? INIT_PID;
}

/** Every thread of the group is gone: what is left is the leader, to be waited for. */
export function isGroupDead(task: Task): boolean {
  return task.signal.threads.length === 0;
}

/** Children of a thread that exits go to a sibling thread, else to a subreaper, else to init. Linux: forget_original_parent(). */
export function forgetOriginalParent(k: Kernel, father: Task): void {
  if (father.children.length === 0) return;
  const reaper = findNewReaper(k, father);
  const children = father.children.splice(0);
  reaper?.children.push(...children);
  for (const pid of children) {
    const child = k.state.tasks.get(pid);
    if (!child) continue;
    for (const thread of threadGroup(k, child)) adopt(k, father, thread, reaper?.pid ?? INIT_PID);
    if (reaper?.tgid !== father.tgid) reparentLeader(k, father, child, reaper);
  }
}

/** PR_SET_PDEATHSIG goes off when the parent thread ends, even if another takes its place. */
function adopt(k: Kernel, father: Task, thread: Task, reaperPid: number): void {
  thread.realParent = reaperPid;
  if (thread.pdeathSignal === 0) return;
  const from = { pid: pidVnr(thread, father.tgid), uid: father.cred.uid };
  sendSignalGroup(k, thread, { signo: thread.pdeathSignal, errno: 0, code: SI_USER, ...from }, from.pid === 0);
}

/** Null is the init of the first namespace, which has no task here. Linux: find_new_reaper(). */
function findNewReaper(k: Kernel, father: Task): Task | null {
  const [sibling] = threadsOf(k, father);
  if (sibling) return sibling;
  const init = childReaper(k, father);
  if (!father.signal.hasChildSubreaper) return init;
  let ancestor = k.state.tasks.get(father.realParent);
  for (; ancestor?.pidNs.level === father.pidNs.level; ancestor = k.state.tasks.get(ancestor.realParent)) {
    if (!ancestor.signal.isChildSubreaper) continue;
    const [alive] = threadsOf(k, ancestor);
    if (alive) return alive;
  }
  return init;
}

/** The thread of the namespace's init that adopts orphans: the one that is dying while it waits for them. */
function childReaper(k: Kernel, { pidNs }: Task): Task | null {
  if (pidNs.level === 0) return null;
  const leader = k.state.tasks.get(pidNs.childReaper);
  const [alive] = leader ? threadsOf(k, leader) : [];
  return alive ?? k.state.tasks.get(pidNs.zapping) ?? null;
}

/** Linux: reparent_leader(). Init reaps a zombie at once. */
function reparentLeader(k: Kernel, father: Task, child: Task, reaper: Task | null): void {
  child.exitSignal = SIGCHLD;
  if (!child.ptrace && child.state === 'zombie' && isGroupDead(child)) {
    if (!reaper || doNotifyParent(k, reaper, child)) releaseTask(k, child);
  }
  killOrphanedPgrp(k, child, father);
}

/**
 * When a process group loses its last member with a parent in another group of the session, its stopped members are hung up
 * and continued. `parent` is the former parent of `task`, or null when `task` itself has exited. Linux: kill_orphaned_pgrp().
 */
export function killOrphanedPgrp(k: Kernel, task: Task, parent: Task | null): void {
  const { pgrp, session } = task.signal;
  const tie = parent ?? k.state.tasks.get(task.realParent);
  if (!tie || tie.signal.pgrp === pgrp || tie.signal.session !== session) return;
  const members = [...k.state.tasks.values()].filter((member) => isLeaderOf(member, pgrp));
  if (!willBecomeOrphanedPgrp(k, members, parent ? null : task)) return;
  if (!members.some((member) => isGroupStopped(k, member))) return;
  for (const signo of [SIGHUP, SIGCONT]) {
    for (const member of members) sendSignalGroup(k, member, { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  }
}

function isLeaderOf(task: Task, pgrp: number): boolean {
  return task.pid === task.tgid && task.signal.pgrp === pgrp;
}

/** No member but `ignored` has a parent outside the group, in its session. Linux: will_become_orphaned_pgrp(). */
function willBecomeOrphanedPgrp(k: Kernel, members: readonly Task[], ignored: Task | null): boolean {
  return members.every((member) => {
    if (member === ignored || isGroupDead(member)) return true;
    const parent = k.state.tasks.get(member.realParent);
    return !parent || parent.signal.pgrp === member.signal.pgrp || parent.signal.session !== member.signal.session;
  });
}

/** Linux: kernel/exit.c is_current_pgrp_orphaned(): nobody outside the group, but of its session, could continue it. */
export function isPgrpOrphaned(k: Kernel, task: Task): boolean {
  const members = [...k.state.tasks.values()].filter((member) => isLeaderOf(member, task.signal.pgrp));
  return willBecomeOrphanedPgrp(k, members, null);
}
