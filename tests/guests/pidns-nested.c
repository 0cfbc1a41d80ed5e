/* A process has a number in its pid namespace and in each one above */
#include "guest.h"
static pid_t in_new(void) { return syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0); }
int main(void) {
  int ready[2];
  char byte;
  pipe(ready);
  pid_t outer = in_new();
  if (outer == 0) {
    pid_t filler = fork();
    if (filler == 0) _exit(0);
    reap("filler", filler);
    pid_t inner = in_new();
    if (inner == 0) {
      say("innermost: pid %d, parent %d", getpid(), getppid());
      pid_t leaf = fork();
      if (leaf == 0) {
        say("leaf: pid %d, parent %d", getpid(), getppid());
        write(ready[1], "", 1);
        for (;;) pause();
      }
      for (;;) pause();
    }
    read(ready[0], &byte, 1);
    say("outer sees the innermost as %d", inner);
    TRY("its leaf is 4", kill(4, 0));
    TRY("nobody is 5", kill(5, 0));
    TRY("kill its init", kill(inner, SIGKILL));
    reap("inner", inner);
    TRY("the leaf has gone with it", kill(4, 0));
    _exit(0);
  }
  reap("outer", outer);
}
