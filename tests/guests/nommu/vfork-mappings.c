/* what a vfork child maps and unmaps is the parent's */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  static char *volatile kept;
  char *given = anonymous(2 * PAGE);
  static volatile long unmapped;
  long pid = vfork();
  if (pid == 0) {
    kept = anonymous(PAGE);
    kept[5] = 'k';
    unmapped = SYS2(__NR_munmap, given, 2 * PAGE);
    _exit(0);
  }
  reap("child", pid);
  tell("child: munmap", unmapped);
  say("the child's mapping holds %c", kept[5]);
  tell("parent: munmap of it", SYS2(__NR_munmap, kept, PAGE));
  tell("parent: munmap of what the child unmapped", SYS2(__NR_munmap, given, 2 * PAGE));
  return 0;
}
