/* CLONE_NEWPID goes with no thread, and an init makes no sibling: EINVAL */
#include "guest.h"
#include <grp.h>
static long make(long flags) { return syscall(SYS_clone, flags, 0, 0, 0, 0); }
int main(void) {
  TRY("NEWPID and THREAD", make(CLONE_NEWPID | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM));
  if (fork() == 0) _exit(make(CLONE_NEWPID | CLONE_PARENT | SIGCHLD) < 0);
  int status[2];
  wait(&status[0]);
  wait(&status[1]);
  say("NEWPID and PARENT: %d", status[0] == 0 && status[1] == 0);
  pid_t init = make(CLONE_NEWPID | SIGCHLD);
  if (init == 0) {
    TRY("init's sibling", make(CLONE_PARENT | SIGCHLD));
    TRY("unshare", unshare(CLONE_NEWPID));
    TRY("unshare twice", unshare(CLONE_NEWPID));
    TRY("a thread in another namespace", make(CLONE_THREAD | CLONE_SIGHAND | CLONE_VM));
    pid_t child = fork();
    if (child == 0) _exit(10 + getpid());
    reap("child is the other one's init", child);
    _exit(0);
  }
  reap("init", init);
  TRY("unshare of what is not there", unshare(0x1));
  TRY("unshare of a thread alone", unshare(CLONE_THREAD));
  setgroups(0, 0);
  setgid(1234);
  setuid(1234);
  TRY("a user's clone", make(CLONE_NEWPID | SIGCHLD));
  TRY("a user's unshare", unshare(CLONE_NEWPID));
  TRY("a user's UTS namespace", unshare(CLONE_NEWUTS));
  TRY("a user's IPC namespace", unshare(CLONE_NEWIPC));
  TRY("a user's own files", unshare(CLONE_FILES | CLONE_FS | CLONE_SYSVSEM));
}
