/* When the tracer dies its tracees run on untraced, or are killed with PTRACE_O_EXITKILL. */
#include "tracer.h"
int main(void) {
  for (int deadly = 0; deadly < 2; deadly++) {
    int go[2], ready[2];
    char byte;
    if (pipe(go) != 0 || pipe(ready) != 0) return 1;
    pid_t pid = fork();
    if (pid == 0) {
      if (read(go[0], &byte, 1) == 1) _exit(6);
      _exit(7);
    }
    pid_t tracer = fork();
    if (tracer == 0) {
      request(PTRACE_SEIZE, pid, 0, deadly ? PTRACE_O_EXITKILL : 0);
      request(PTRACE_INTERRUPT, pid, 0, 0);
      await("tracee", pid);
      _exit(0);
    }
    waitpid(tracer, 0, 0);
    if (!deadly && write(go[1], "x", 1) != 1) return 1;
    await(deadly ? "with EXITKILL" : "without", pid);
  }
  return 0;
}
