/* What ptrace refuses, it refuses with Linux's errors. */
#include "tracer.h"
static void body(void) { for (;;) pause(); }
int main(void) {
  unsigned long word;
  say("no such process: %s", attempt(PTRACE_PEEKDATA, NOBODY, 0, 0));
  say("not a tracee: %s", attempt(PTRACE_PEEKDATA, getppid() > 1 ? getpid() : getpid(), 0, 0));
  pid_t pid = traced(body, 0);
  say("unknown request: %s", attempt(0x4444, pid, 0, 0));
  say("unknown option: %s", attempt(PTRACE_SETOPTIONS, pid, 0, 0x400));
  say("a bad pointer: %s", attempt(PTRACE_GETREGS, pid, 0, 16));
  say("a bad pointer: %s", attempt(PTRACE_GETEVENTMSG, pid, 0, 16));
  say("a bad pointer: %s", attempt(PTRACE_SETSIGINFO, pid, 0, 16));
  say("interrupt of what was not seized: %s", attempt(PTRACE_INTERRUPT, pid, 0, 0));
  say("listen: %s", attempt(PTRACE_LISTEN, pid, 0, 0));
  say("detach with no signal: %s", attempt(PTRACE_DETACH, pid, 0, 99));
  say("message: %s", attempt(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&word));
  request(PTRACE_CONT, pid, 0, 0);
  say("while it runs: %s", attempt(PTRACE_PEEKDATA, pid, (unsigned long)&word, 0));
  say("seize with an address: %s", attempt(PTRACE_SEIZE, pid, 1, 0));
  kill(pid, SIGKILL);
  await("child", pid);
  say("a dead one: %s", attempt(PTRACE_CONT, pid, 0, 0));
  pid = fork();
  if (pid == 0) {
    say("  first: %s", attempt(PTRACE_TRACEME, 0, 0, 0));
    say("  second: %s", attempt(PTRACE_TRACEME, 0, 0, 0));
    _exit(0);
  }
  await("child", pid);
  return 0;
}
