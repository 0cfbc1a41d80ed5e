/* a vfork child that execs lets the parent go on, and both run with memory of their own */
#include "nommu.h"
static volatile int mine = 1;
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    say("child: %s, %d arguments, mine %d", argv[1], argc, mine);
    mine = 7;
    return 9;
  }
  mine = 2;
  long pid = vfork();
  if (pid == 0) {
    exec_self("hello");
    _exit(1);
  }
  reap("child", pid);
  say("parent: mine %d", mine);
  return 0;
}
