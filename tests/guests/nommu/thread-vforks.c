/* while a thread waits for its vfork child its siblings run on */
#include "nommu.h"
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID)
static volatile int stage;
static int tid;
static int thread(void *data) {
  (void)data;
  long pid = vfork();
  if (pid == 0) {
    stage = 1;
    while (stage != 2) SYS0(__NR_sched_yield);
    say("child of the thread");
    _exit(8);
  }
  reap("child", pid);
  return 0;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  long made = clone_call(THREAD, new_stack(), thread, 0, &tid, 0, &tid);
  if (failed(made)) tell("clone", made);
  while (stage != 1) SYS0(__NR_sched_yield);
  say("main runs on");
  stage = 2;
  for (int now; (now = *(volatile int *)&tid) != 0;) SYS6(__NR_futex, &tid, FUTEX_WAIT, now, 0, 0, 0);
  return 0;
}
