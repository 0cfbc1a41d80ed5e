/* A process whose ids change can no longer be dumped, nor traced by its new user, until it says so */
#include "guest.h"
#include <grp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
int main(void) {
  int go[2];
  char byte;
  pipe(go);
  say("dumpable by its user: %d", prctl(PR_GET_DUMPABLE) == 1);
  prctl(PR_SET_PDEATHSIG, SIGUSR1);
  setgid(1000);
  setgroups(0, 0);
  setuid(1000);
  say("dumpable by its user: %d", prctl(PR_GET_DUMPABLE) == 1);
  int signo;
  prctl(PR_GET_PDEATHSIG, &signo);
  say("death signal %d", signo);
  for (int round = 0; round < 2; round++) {
    pid_t child = fork();
    if (child == 0) {
      read(go[0], &byte, 1);
      _exit(0);
    }
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/%d/exe", child);
    struct stat st;
    TRY("readlink", readlink(path, text, sizeof text) > 0 ? 0 : -1);
    snprintf(path, sizeof path, "/proc/%d/environ", child);
    stat(path, &st);
    say("environ is of user %d", st.st_uid);
    TRY("attach", ptrace(PTRACE_ATTACH, child, 0, 0));
    if (round == 1) {
      waitpid(child, 0, 0);
      ptrace(PTRACE_DETACH, child, 0, 0);
    }
    write(go[1], "", 1);
    reap("child", child);
    TRY("say so", prctl(PR_SET_DUMPABLE, 1));
  }
  TRY("2 is not for programs to set", prctl(PR_SET_DUMPABLE, 2));
}
