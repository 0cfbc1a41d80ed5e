/* threads share everything: they count together, and their ends are waited for by futex */
#include "nommu.h"
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID)
static volatile int counters[4], turn;
static int tids[4];
static int thread(void *data) {
  int me = (int)(long)data;
  for (int i = 0; i < 1000; i++) counters[me]++;
  if (SYS0(__NR_getpid) == SYS0(__NR_gettid)) counters[me] = -1;
  while (turn != me) SYS0(__NR_sched_yield);
  say("thread %d", me);
  turn++;
  return 0;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  for (long i = 0; i < 4; i++) {
    long tid = clone_call(THREAD, new_stack(), thread, (void *)i, &tids[i], 0, &tids[i]);
    if (failed(tid)) tell("clone", tid);
  }
  for (int i = 0; i < 4; i++) {
    int tid;
    while ((tid = *(volatile int *)&tids[i]) != 0) SYS6(__NR_futex, &tids[i], FUTEX_WAIT, tid, 0, 0, 0);
  }
  for (int i = 0; i < 4; i++) say("counter %d", counters[i]);
  tell("wait4", SYS4(__NR_wait4, -1, 0, 0, 0));
  return 0;
}
