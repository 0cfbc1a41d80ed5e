/* CLONE_PARENT_SETTID writes the parent's word before the child runs, CLONE_CHILD_SETTID the child's own. */
#include "guest.h"
static volatile int ptid, ctid, seen_ptid, seen_ctid, seen_pid;
static int child(void *unused) {
  (void)unused;
  seen_ptid = ptid, seen_ctid = ctid, seen_pid = syscall(SYS_getpid);
  return 0;
}
static int private_child(void *unused) {
  (void)unused;
  int self = syscall(SYS_getpid);
  say("private memory, child: ptid %s, ctid %s", ptid == 0 ? "untouched" : "written", ctid == self ? "its own" : "wrong");
  return 0;
}
int main(void) {
  int flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD;
  pid_t pid = clone(child, new_stack(), flags | CLONE_VM | CLONE_VFORK, 0, &ptid, 0, &ctid);
  say("shared memory, child: ptid %d, ctid %d", seen_ptid == seen_pid, seen_ctid == seen_pid);
  say("parent: ptid %d, ctid %d", ptid == pid, ctid == pid);
  reap("child", pid);
  ptid = ctid = 0;
  pid = clone(private_child, new_stack(), flags, 0, &ptid, 0, &ctid);
  reap("child", pid);
  say("private memory, parent: ptid %d, ctid %d", ptid == pid, ctid);
  pid = clone(child, new_stack(), flags, 0, (int *)8, 0, (int *)8);
  say("addresses that cannot be written are not an error: %d", pid > 0);
  reap("child", pid);
  return 0;
}
