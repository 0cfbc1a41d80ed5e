/* a vfork child that is killed lets the parent go on */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  static const int signals[] = {SIGKILL, SIGTERM, SIGUSR1, SIGABRT};
  for (unsigned i = 0; i < 4; i++) {
    long pid = vfork();
    if (pid == 0) {
      SYS2(__NR_kill, SYS0(__NR_getpid), signals[i]);
      _exit(99);
    }
    reap("child", pid);
  }
  return 0;
}
