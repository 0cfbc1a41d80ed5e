/* a bFLT program with more data than RLIMIT_DATA allows is ENOMEM */
#include "nommu.h"
static volatile char much[100000];
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) return much[5];
  static volatile long error;
  unsigned long limits[2] = {50000, 200000};
  tell("setrlimit", SYS2(__NR_setrlimit, RLIMIT_DATA, limits));
  long pid = vfork();
  if (pid == 0) {
    error = exec_self("x");
    _exit(1);
  }
  tell("exec", error);
  reap("child", pid);
  limits[0] = 150000;
  SYS2(__NR_setrlimit, RLIMIT_DATA, limits);
  pid = vfork();
  if (pid == 0) {
    exec_self("x");
    _exit(1);
  }
  reap("child", pid);
  return 0;
}
