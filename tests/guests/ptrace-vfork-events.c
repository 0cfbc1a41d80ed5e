/* PTRACE_EVENT_VFORK stops the parent before it sleeps, PTRACE_EVENT_VFORK_DONE after its child has let it go. */
#include "tracer.h"
static volatile int stored;
static void body(void) {
  pid_t pid = vfork();
  if (pid == 0) {
    stored = 5;
    _exit(3);
  }
  reap("the child's parent", pid);
}
int main(void) {
  pid_t parent = traced(body, PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE);
  proceed("parent", PTRACE_CONT, parent, 0);
  pid_t child = message(parent);
  await("child", child);
  say("the child has not run: %ld", ptrace(PTRACE_PEEKDATA, child, &stored, 0) & 0xff);
  request(PTRACE_CONT, parent, 0, 0);
  say("while it sleeps: waitpid %d", waitpid(parent, 0, WNOHANG | __WALL));
  proceed("child", PTRACE_CONT, child, 0);
  await("parent", parent);
  say("the message is the child: %d", message(parent) == (unsigned long)child);
  say("it has stored in the parent: %ld", ptrace(PTRACE_PEEKDATA, parent, &stored, 0) & 0xff);
  proceed("parent", PTRACE_CONT, parent, 0);
  proceed("parent", PTRACE_CONT, parent, 0);
  return 0;
}
