/* A stop signal that the tracer delivers is a group stop: a second stop, without siginfo, from which PTRACE_CONT lets the task go. */
#include "tracer.h"
static void body(void) {
  kill(getpid(), SIGTSTP);
  say("  child runs");
  kill(getpid(), SIGSTOP);
}
int main(void) {
  setpgid(0, 0);
  pid_t pid = traced(body, 0);
  siginfo_t info;
  for (int i = 0; i < 2; i++) {
    proceed("child", PTRACE_CONT, pid, 0);
    say("siginfo: %s", attempt(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    proceed("child", PTRACE_CONT, pid, SIGSTOP);
    say("siginfo: %s", attempt(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
  }
  proceed("child", PTRACE_CONT, pid, 0);
  return 0;
}
