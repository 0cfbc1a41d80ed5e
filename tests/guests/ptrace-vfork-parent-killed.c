/* A vfork parent that is killed while it waits tells no PTRACE_EVENT_VFORK_DONE, and the child runs on. */
#include "tracer.h"
static int pipe_fd[2];
static void body(void) {
  pid_t pid = vfork();
  if (pid == 0) {
    char byte;
    if (read(pipe_fd[0], &byte, 1) == 1) _exit(4);
    _exit(5);
  }
}
int main(void) {
  if (pipe(pipe_fd) != 0) return 1;
  pid_t parent = traced(body, PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE);
  proceed("parent", PTRACE_CONT, parent, 0);
  pid_t child = message(parent);
  quietly(child);
  request(PTRACE_CONT, parent, 0, 0);
  request(PTRACE_CONT, child, 0, 0);
  let_others_run();
  kill(parent, SIGKILL);
  await("parent", parent);
  if (write(pipe_fd[1], "x", 1) != 1) return 1;
  await("child", child);
  return 0;
}
