/* A task that is stepped with a signal to a handler stops in front of the handler's first instruction. */
#include "tracer.h"
static void handler(int signal) { (void)signal; }
static void body(void) {
  signal(SIGUSR1, handler);
  kill(getpid(), SIGUSR1);
  _exit(3);
}
int main(void) {
  pid_t pid = traced(body, 0);
  proceed("child", PTRACE_CONT, pid, 0);
  proceed("child", PTRACE_SINGLESTEP, pid, SIGUSR1);
  say("at the handler: %d", (unsigned long)IP(registers(pid)) == (unsigned long)handler);
  proceed("child", PTRACE_CONT, pid, 0);
  return 0;
}
