/* a vfork child may vfork: each parent waits for its own child */
#include "nommu.h"
static volatile int depth;
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  long pid = vfork();
  if (pid == 0) {
    depth = 1;
    volatile long inner = vfork();
    if (inner == 0) {
      depth = 2;
      say("grandchild");
      _exit(4);
    }
    say("child: depth %d", depth);
    reap("grandchild", inner);
    depth = 3;
    _exit(5);
  }
  say("parent: depth %d", depth);
  reap("child", pid);
  return 0;
}
