/* exec from a thread ends the other threads and keeps the process */
#include "nommu.h"
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
static char number[24];
static int thread(void *data) {
  (void)data;
  exec_self(number);
  return 1;
}
static long parse(const char *text) {
  long value = 0;
  while (*text >= '0' && *text <= '9') value = value * 10 + *text++ - '0';
  return value;
}
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    say("same process: %d, one thread: %d", parse(argv[1]) == SYS0(__NR_getpid), SYS0(__NR_gettid) == SYS0(__NR_getpid));
    return 12;
  }
  *put_number(number, (unsigned long)SYS0(__NR_getpid), 10) = 0;
  clone_call(THREAD, new_stack(), thread, 0, 0, 0, 0);
  for (;;) SYS0(__NR_sched_yield);
}
