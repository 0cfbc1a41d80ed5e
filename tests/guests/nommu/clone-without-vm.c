/* clone without CLONE_VM makes a process all the same, and its memory is the parent's memory */
#include "nommu.h"
static volatile int shared = 1;
static int child(void *stack) {
  shared = 2;
  say("child: %d", shared);
  tell_address("child: mmap", mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  tell("child: munmap of its own stack", SYS2(__NR_munmap, (char *)stack - 16384, 16384));
  return 5;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  void *stack = new_stack();
  long pid = clone_call(SIGCHLD, stack, child, stack, 0, 0, 0);
  reap("child", pid);
  say("parent: %d", shared);
  pid = clone_call(CLONE_VFORK | SIGCHLD, stack, child, stack, 0, 0, 0);
  reap("child with CLONE_VFORK", pid);
  return 0;
}
