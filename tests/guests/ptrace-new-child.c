/* A new child of a traced task is traced and stopped before its first instruction: by SIGSTOP, or by an event when it was seized. */
#include "tracer.h"
#include <time.h>
static void body(void) {
  pid_t pid = fork();
  if (pid == 0) _exit(6);
  waitpid(pid, 0, 0);
}
static void tell(const char *who, pid_t parent) {
  await(who, parent);
  pid_t child = message(parent);
  await("its child", child);
  siginfo_t info;
  say("  siginfo: %s", attempt(PTRACE_GETSIGINFO, child, 0, (unsigned long)&info));
  Regs ours = registers(parent), theirs = registers(child);
  say("  same pc: %d, result in the child: %ld", IP(ours) == IP(theirs), (long)RESULT(theirs));
  proceed("its child", PTRACE_CONT, child, 0);
  proceed("its parent gets", PTRACE_CONT, parent, 0);
  proceed("its parent", PTRACE_CONT, parent, SIGCHLD);
}
int main(void) {
  pid_t parent = traced(body, PTRACE_O_TRACEFORK);
  request(PTRACE_CONT, parent, 0, 0);
  tell("traced", parent);
  int go[2];
  if (pipe(go) != 0) return 1;
  pid_t seized = fork();
  if (seized == 0) {
    char byte;
    if (read(go[0], &byte, 1) != 1) _exit(1);
    body();
    _exit(0);
  }
  request(PTRACE_SEIZE, seized, 0, PTRACE_O_TRACEFORK);
  if (write(go[1], "x", 1) != 1) return 1;
  tell("seized", seized);
  return 0;
}
