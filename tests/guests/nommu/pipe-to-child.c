/* a child that execs writes into its parent's pipe */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) {
    say("from the child");
    return 0;
  }
  int ends[2];
  SYS2(__NR_pipe2, ends, 0);
  long pid = vfork();
  if (pid == 0) {
    SYS3(__NR_dup3, ends[1], 1, 0);
    exec_self("x");
    _exit(1);
  }
  SYS1(__NR_close, ends[1]);
  char text[64];
  long n = SYS3(__NR_read, ends[0], text, sizeof text - 1);
  text[n > 0 ? n - 1 : 0] = 0;
  say("read: %s", text);
  tell("then", SYS3(__NR_read, ends[0], text, 1));
  reap("child", pid);
  return 0;
}
