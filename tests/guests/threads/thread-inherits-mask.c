/* A new thread has its creator's mask, but neither its alternate stack nor its pending signals. */
#include "threads.h"
static void *run(void *unused) {
  (void)unused;
  sigset_t set, pending;
  pthread_sigmask(SIG_BLOCK, 0, &set);
  sigpending(&pending);
  stack_t stack;
  sigaltstack(0, &stack);
  say("blocked %d, of the thread pending %d, of the process %d, alternate stack %s", sigismember(&set, SIGUSR1),
      sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2), stack.ss_flags & SS_DISABLE ? "off" : "on");
  return 0;
}
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, 0);
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, 0);
  pthread_kill(pthread_self(), SIGUSR1);
  kill(getpid(), SIGUSR2);
  pthread_join(start(run, 0), 0);
  return 0;
}
