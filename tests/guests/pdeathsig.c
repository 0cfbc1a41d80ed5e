/* PR_SET_PDEATHSIG sends its signal when the parent dies, and fork does not hand it on */
#include "guest.h"
#include <sys/prctl.h>
int main(void) {
  int out[2], go[2], value = 0;
  pipe(out);
  pipe(go);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  TRY("bad signal", prctl(PR_SET_PDEATHSIG, 65));
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    if (fork() == 0) {
      prctl(PR_GET_PDEATHSIG, &value);
      say("inherited: %d", value);
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGUSR2);
      sigprocmask(SIG_BLOCK, &set, 0);
      prctl(PR_SET_PDEATHSIG, SIGUSR2);
      write(go[1], "", 1);
      siginfo_t info;
      say("signal %d", sigwaitinfo(&set, &info) == SIGUSR2);
      _exit(0);
    }
    char c;
    read(go[0], &c, 1);
    _exit(0);
  }
  int first, status;
  waitpid(child, &first, 0);
  wait(&status);
  say_status("child", first);
  say_status("grandchild", status);
}
