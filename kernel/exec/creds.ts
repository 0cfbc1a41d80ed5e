import { CAP_SYS_PTRACE } from '../abi/capability.ts';
import { ADDR_COMPAT_LAYOUT, ADDR_NO_RANDOMIZE, MMAP_PAGE_ZERO, READ_IMPLIES_EXEC } from '../abi/personality.ts';
import { RLIMIT_STACK } from '../abi/resource.ts';
import { S_ISGID, S_ISUID, S_IXGRP } from '../abi/stat.ts';
import { capable, capsOfProgram, commitCreds, type ExecCred, isSubset } from '../commoncap.ts';
import { fsIdentity, MAY_READ, permissionError } from '../fs/permission.ts';
import type { File } from '../fs/types.ts';
import { setRlimit } from '../rlimit.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** Who a program runs as. Linux: fs/exec.c, security/commoncap.c. */

/** What a program that was given more than its caller must not inherit. Linux: PER_CLEAR_ON_SETID. */
const PER_CLEAR_ON_SETID = READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT | MMAP_PAGE_ZERO;
/** Linux: _STK_LIM, in bytes. */
const STACK_LIMIT_BYTES = 8 * 1024 * 1024;

/** Credentials for the program in `file`, with its set-user-id and set-group-id bits. Linux: bprm_creds_from_file(). */
export function execCreds(k: Kernel, task: Task, { inode }: File): ExecCred {
  const { cred, noNewPrivs } = task;
  const wanted = { ...cred };
  if (!noNewPrivs) {
    if (inode.mode & S_ISUID) wanted.euid = inode.uid;
    if ((inode.mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP)) wanted.egid = inode.gid;
  }
  return capsOfProgram(wanted, cred, { any: isUnsafe(k, task), noNewPrivs });
}

/** Somebody could use the program's rights who has not got them. Linux: check_unsafe_exec(), ptracer_capable(). */
function isUnsafe(k: Kernel, task: Task): boolean {
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  if (tracer && !capable(tracer.cred, CAP_SYS_PTRACE)) return true;
  return task.noNewPrivs || (task.fs?.users ?? 1) > task.signal.threads.length;
}

/** The new program's credentials, and what goes with them. Linux: begin_new_exec(), setup_new_exec(). */
export function installExecCreds(task: Task, { cred, secure }: ExecCred, { inode }: File): void {
  const old = task.cred;
  const gained = !isSubset(cred.caps.permitted, old.caps.permitted);
  if (gained || cred.euid !== old.euid || cred.egid !== old.egid) task.personality &= ~PER_CLEAR_ON_SETID;
  if (secure) {
    task.pdeathSignal = 0;
    const [soft, hard] = task.signal.rlim[RLIMIT_STACK] ?? [Infinity, Infinity];
    if (soft > STACK_LIMIT_BYTES) setRlimit(task.signal, RLIMIT_STACK, [STACK_LIMIT_BYTES, hard]);
  }
  const isPlain = cred.euid === cred.uid && cred.egid === cred.gid;
  // Whoever may not read the program may not read its memory either.
  const isReadable = permissionError(fsIdentity(old), inode, MAY_READ) === 0;
  if (task.mm) task.mm.dumpable = isPlain && isReadable;
  commitCreds(task, cred);
}
