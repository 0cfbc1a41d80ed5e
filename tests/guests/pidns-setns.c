/* setns to a pid namespace is for the children to come, by /proc/PID/ns/pid and by pidfd, and only downwards */
#include "guest.h"
int main(void) {
  char path[64];
  int stay[2];
  char byte;
  pipe(stay);
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    close(stay[1]);
    read(stay[0], &byte, 1);
    pid_t reaped;
    int status;
    while ((reaped = wait(&status)) > 0) say("init reaped %d", reaped);
    _exit(0);
  }
  close(stay[0]);
  int own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, "/proc/%d/ns/pid", init);
  int theirs = open(path, O_RDONLY | O_CLOEXEC);
  say("opened: %d", own >= 0 && theirs >= 0);
  TRY("of another kind", setns(theirs, CLONE_NEWUTS));
  TRY("setns", setns(theirs, CLONE_NEWPID));
  say("own number stays: %d", getpid() > 1);
  pid_t child = fork();
  if (child == 0) {
    close(stay[1]);
    say("child: pid %d, parent %d", getpid(), getppid());
    TRY("upwards", setns(own, CLONE_NEWPID));
    _exit(3);
  }
  reap("child", child);
  TRY("back to one's own", setns(own, 0));
  child = fork();
  if (child == 0) _exit(getpid() > 1 && getppid() > 1);
  reap("at home", child);
  int pidfd = syscall(SYS_pidfd_open, init, 0);
  TRY("pidfd without a kind", setns(pidfd, 0));
  TRY("pidfd", setns(pidfd, CLONE_NEWPID));
  child = fork();
  if (child == 0) {
    close(stay[1]);
    say("child: pid %d, parent %d", getpid(), getppid());
    _exit(0);
  }
  reap("child", child);
  TRY("no namespace", setns(0, 0));
  TRY("no descriptor", setns(99, 0));
  close(stay[1]);
  reap("init", init);
}
