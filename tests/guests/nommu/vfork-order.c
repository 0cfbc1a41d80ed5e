/* the parent sleeps until its vfork child ends, however long that takes */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  for (int i = 0; i < 3; i++) {
    long pid = vfork();
    if (pid == 0) {
      let_others_run();
      struct seconds little = {0, 20000000};
      SYS2(__NR_nanosleep, &little, 0);
      say("child %d", i);
      _exit(i);
    }
    say("parent %d", i);
    reap("child", pid);
  }
  return 0;
}
