/* The first process of a pid namespace is 1 there, its parent is 0, and outside it has another number */
#include "guest.h"
int main(void) {
  int up[2], down[2];
  char byte;
  pipe(up);
  pipe(down);
  pid_t outside = getpid();
  pid_t child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    say("inside: pid %d, tid %ld, parent %d, group %d, session %d", getpid(), syscall(SYS_gettid), getppid(), getpgrp(), getsid(0));
    say("the clear_child_tid call says %ld", syscall(SYS_set_tid_address, 0));
    pid_t second = fork();
    if (second == 0) {
      say("second: pid %d, parent %d", getpid(), getppid());
      TRY("setsid", setsid());
      say("group %d, session %d", getpgrp(), getsid(0));
      _exit(5);
    }
    int status;
    pid_t waited = wait(&status);
    say("fork gave %d, wait gives %d", second, waited);
    TRY("getpgid of 2, which is gone", getpgid(2));
    TRY("getpgid of a process outside", getpgid(outside));
    TRY("kill a process outside", kill(outside, 0));
    write(up[1], "", 1);
    read(down[0], &byte, 1);
    _exit(7);
  }
  read(up[0], &byte, 1);
  say("outside it is not 1: %d", child > 1);
  say("its group seen outside is ours: %d", getpgid(child) == getpgrp());
  write(down[1], "", 1);
  int status;
  say("wait gives its number: %d", wait(&status) == child);
  say_status("child", status);
}
