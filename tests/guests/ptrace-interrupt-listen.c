/* A seized task is stopped by PTRACE_INTERRUPT without a signal; in a group stop PTRACE_LISTEN waits for SIGCONT with it. */
#include "tracer.h"
int main(void) {
  pid_t pid = fork();
  if (pid == 0) for (;;) pause();
  request(PTRACE_SEIZE, pid, 0, 0);
  let_others_run();
  say("it runs on: %d, %s", waitpid(pid, 0, WNOHANG | __WALL), attempt(PTRACE_PEEKDATA, pid, 0, 0));
  request(PTRACE_INTERRUPT, pid, 0, 0);
  await("interrupted", pid);
  request(PTRACE_CONT, pid, 0, 0);
  kill(pid, SIGSTOP);
  await("signal", pid);
  say("listen outside of a stop of its own: %s", attempt(PTRACE_LISTEN, pid, 0, 0));
  proceed("group stop", PTRACE_CONT, pid, SIGSTOP);
  request(PTRACE_LISTEN, pid, 0, 0);
  say("listening: %d, %s", waitpid(pid, 0, WNOHANG | __WALL), attempt(PTRACE_CONT, pid, 0, 0));
  kill(pid, SIGCONT);
  await("continued", pid);
  proceed("signal", PTRACE_CONT, pid, 0);
  request(PTRACE_CONT, pid, 0, SIGCONT);
  kill(pid, SIGTERM);
  await("signal", pid);
  proceed("end", PTRACE_CONT, pid, SIGTERM);
  return 0;
}
