/* a tracer is told where the load map of an FDPIC program is */
#include "nommu.h"
#define PTRACE_GETFDPIC 31
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) return 0;
  int status = 0;
  unsigned long program = 0, interpreter = 1;
  long pid = vfork();
  if (pid == 0) {
    SYS4(__NR_ptrace, 0, 0, 0, 0);
    exec_self("x");
    _exit(1);
  }
  SYS4(__NR_wait4, pid, &status, 0, 0);
  say("status %x", status);
  tell("program's", SYS4(__NR_ptrace, PTRACE_GETFDPIC, pid, 0, &program));
  tell("interpreter's", SYS4(__NR_ptrace, PTRACE_GETFDPIC, pid, 1, &interpreter));
  say("version %d, segments %d, interpreter's %ld", ((unsigned short *)program)[0], ((unsigned short *)program)[1], (long)interpreter);
  tell("another", SYS4(__NR_ptrace, PTRACE_GETFDPIC, pid, 2, &program));
  tell("kill", SYS4(__NR_ptrace, 8, pid, 0, 0));
  reap("child", pid);
  return 0;
}
