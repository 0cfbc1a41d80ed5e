/* what a program had is free again when it ends, however it ends, and what is unmapped at once */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    anonymous(1000000);
    anonymous(300000);
    if (argv[1][0] == 'k') SYS2(__NR_kill, SYS0(__NR_getpid), SIGKILL);
    return 3;
  }
  int good = 0, killed = 0;
  for (int i = 0; i < 60; i++) {
    int status = 0;
    long pid = vfork();
    if (pid == 0) {
      exec_self(i % 2 ? "kill" : "exit");
      _exit(1);
    }
    SYS4(__NR_wait4, pid, &status, 0, 0);
    good += status == 3 << 8;
    killed += status == SIGKILL;
  }
  say("60 programs of 1.3 megabytes each: %d exited, %d killed", good, killed);
  int mapped = 0;
  for (int i = 0; i < 60; i++) {
    long at = mmap(0, 1000000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!failed(at)) mapped += SYS2(__NR_munmap, at, 1000000) == 0;
  }
  say("60 mappings: %d", mapped);
  return 0;
}
