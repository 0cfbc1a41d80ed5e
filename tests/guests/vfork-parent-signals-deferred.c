/* A handled signal, and a default one that dumps core, reach a parent that sleeps in vfork only after its release. */
#include "guest.h"
static volatile int child_done, done_at_handler = -1;
static void handler(int signal) {
  (void)signal;
  done_at_handler = child_done;
}
int main(void) {
  signal(SIGINT, handler);
  volatile pid_t self = getpid();
  pid_t pid = vfork();
  if (pid == 0) {
    kill(self, SIGINT);
    let_others_run();
    child_done = 1;
    _exit(0);
  }
  say("the handler ran when the child was done: %d", done_at_handler);
  reap("child", pid);
  pid_t parent = fork();
  if (parent == 0) {
    self = getpid();
    pid = vfork();
    if (pid == 0) {
      kill(self, SIGQUIT);
      let_others_run();
      say("child: its parent lives %d", getppid() == self);
      _exit(0);
    }
    say("not reached");
    _exit(1);
  }
  reap("parent", parent);
  return 0;
}
