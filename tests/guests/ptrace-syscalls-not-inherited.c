/* The new child of a task whose system calls are traced runs free of that. */
#include "tracer.h"
static void body(void) {
  pid_t pid = fork();
  if (pid == 0) {
    for (int i = 0; i < 5; i++) syscall(SYS_getppid);
    _exit(6);
  }
  waitpid(pid, 0, 0);
}
int main(void) {
  pid_t parent = traced(body, PTRACE_O_TRACEFORK | PTRACE_O_TRACESYSGOOD);
  int status = 0;
  do {
    request(PTRACE_SYSCALL, parent, 0, 0);
    status = quietly(parent);
  } while (status >> 16 == 0);
  say_stop("parent", status);
  pid_t child = message(parent);
  await("child", child);
  proceed("child", PTRACE_CONT, child, 0);
  proceed("parent", PTRACE_SYSCALL, parent, 0);
  return 0;
}
