/* A vfork child may vfork: each parent waits for its own child. */
#include "guest.h"
static char order[8];
static volatile int n;
int main(void) {
  pid_t pid = vfork();
  if (pid == 0) {
    pid_t inner = vfork();
    if (inner == 0) {
      let_others_run();
      order[n++] = '3';
      _exit(3);
    }
    let_others_run();
    order[n++] = '2';
    int status;
    _exit(waitpid(inner, &status, 0) == inner && WEXITSTATUS(status) == 3 ? 2 : 99);
  }
  order[n++] = '1';
  say("order %s", order);
  reap("child", pid);
  return 0;
}
