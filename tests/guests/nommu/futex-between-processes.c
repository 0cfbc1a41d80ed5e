/* a futex wakes across processes that share memory by vfork's relatives, and by exec no more */
#include "nommu.h"
static volatile int word;
static int child(void *data) {
  (void)data;
  let_others_run();
  word = 1;
  tell("woken", SYS3(__NR_futex, &word, FUTEX_WAKE, 10));
  return 0;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  struct seconds soon = {0, 10000000};
  tell("value differs", SYS4(__NR_futex, &word, FUTEX_WAIT, 5, 0));
  tell("time is up", SYS4(__NR_futex, &word, FUTEX_WAIT, 0, &soon));
  long pid = clone_call(CLONE_VM | SIGCHLD, new_stack(), child, 0, 0, 0, 0);
  long result = SYS4(__NR_futex, &word, FUTEX_WAIT, 0, 0);
  reap("child", pid);
  tell("wait", result);
  tell("nobody waits", SYS3(__NR_futex, &word, FUTEX_WAKE, 10));
  tell("not aligned", SYS3(__NR_futex, (char *)&word + 1, FUTEX_WAKE, 1));
  return 0;
}
