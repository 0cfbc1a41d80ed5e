/* si_pid is the sender's number as the receiver sees it, 0 for one that it cannot see */
#include "guest.h"
static void take(const char *what) {
  sigset_t set;
  sigfillset(&set);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int signo = sigwaitinfo(&set, &info);
  say("%s: signal %d code %d pid %d", what, signo, info.si_code, info.si_pid);
}
int main(void) {
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, 0);
  int go[2];
  char byte;
  pipe(go);
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    take("from outside");
    pid_t child = fork();
    if (child == 0) {
      sigqueue(1, SIGUSR2, (union sigval){.sival_int = 3});
      read(go[0], &byte, 1);
      _exit(2);
    }
    take("from a child");
    write(go[1], "", 1);
    take("of the child's end");
    siginfo_t info;
    if (waitid(P_ALL, 0, &info, WEXITED) != 0) say("waitid fails");
    say("waitid: %d status %d", info.si_pid, info.si_status);
    kill(getpid(), SIGUSR1);
    take("from itself");
    sigprocmask(SIG_UNBLOCK, &set, 0);
    _exit(0);
  }
  kill(init, SIGUSR1);
  siginfo_t info;
  sigwaitinfo(&set, &info);
  say("outside: signal %d, pid is the number outside: %d", info.si_signo, info.si_pid == init);
  reap("init", init);
}
