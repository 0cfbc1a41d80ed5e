/* clone(CLONE_THREAD) makes a thread that nobody waits for: the ids are written, and its end clears and wakes the word. */
#include "threads.h"
static volatile int ptid, ctid = -1;
static volatile pid_t seen;
static int run(void *unused) {
  (void)unused;
  seen = syscall(SYS_gettid);
  usleep(10000);
  return 3;
}
int main(void) {
  int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
              CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  pid_t one = clone(run, new_stack(), flags, 0, &ptid, 0, &ctid);
  say("parent's word %d", ptid == one);
  while (!seen) usleep(1000);
  say("own id %d, child's word %d", seen == one, ctid == one || ctid == 0);
  int status;
  say("not a child: %s, %s", result(waitpid(one, &status, __WALL)), result(waitpid(-1, &status, __WALL)));
  for (int now = ctid; now != 0; now = ctid) futex((void *)&ctid, FUTEX_WAIT, now, 0, 0, 0);
  say("cleared and woken");
  until_gone(one);
  say("gone: %s", result(syscall(SYS_tgkill, getpid(), one, 0)));
  int word = 0;
  say("set_tid_address gives the thread's id: %d", syscall(SYS_set_tid_address, &word) == tid());
  return 0;
}
