/* shared anonymous memory is had, and a child sees what its parent stores there */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  long at = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (failed(at)) {
    tell("mmap", at);
    return 0;
  }
  volatile int *shared = (volatile int *)at;
  say("zero %d", *shared);
  *shared = 4;
  long pid = vfork();
  if (pid == 0) {
    *shared += 1;
    _exit(0);
  }
  reap("child", pid);
  say("now %d", *shared);
  tell("munmap", SYS2(__NR_munmap, at, PAGE));
  return 0;
}
