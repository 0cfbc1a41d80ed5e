/* a signal is blocked in its own handler and not in another's */
#include "nommu.h"
static void second(int signal, siginfo_t *info, void *context) { (void)info, (void)context; say("  second handler of %d", signal); }
static void first(int signal, siginfo_t *info, void *context) {
  (void)info, (void)context;
  static int depth;
  say("first handler of %d, depth %d", signal, depth++);
  if (depth == 1) SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1);
  SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR2);
  say("first handler ends");
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  on_signal(SIGUSR1, first, 0);
  on_signal(SIGUSR2, second, 0);
  SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1);
  say("back");
  return 0;
}
