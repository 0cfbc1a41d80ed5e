/* A task that another than its parent traces ends for the tracer first: the parent's wait tells only after the tracer's. */
#include "tracer.h"
int main(void) {
  int go[2], ready[2];
  char byte;
  if (pipe(go) != 0 || pipe(ready) != 0) return 1;
  pid_t pid = fork();
  if (pid == 0) {
    if (read(go[0], &byte, 1) != 1) _exit(1);
    _exit(6);
  }
  pid_t tracer = fork();
  if (tracer == 0) {
    request(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT);
    if (write(ready[1], "r", 1) != 1) _exit(1);
    await("tracer: tracee", pid);
    request(PTRACE_CONT, pid, 0, 0);
    siginfo_t info;
    waitid(P_PID, pid, &info, WEXITED | WNOWAIT | __WALL);
    if (write(ready[1], "d", 1) != 1) _exit(1);
    if (read(go[0], &byte, 1) != 1) _exit(1);
    await("tracer: tracee", pid);
    _exit(0);
  }
  if (read(ready[0], &byte, 1) != 1 || write(go[1], "x", 1) != 1) return 1;
  if (read(ready[0], &byte, 1) != 1) return 1;
  say("parent: not yet, %d", waitpid(pid, 0, WNOHANG));
  if (write(go[1], "x", 1) != 1) return 1;
  waitpid(tracer, 0, 0);
  await("parent: child", pid);
  return 0;
}
