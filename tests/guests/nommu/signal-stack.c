/* a handler runs on the alternate stack it asked for */
#include "nommu.h"
static char stack[8192];
static void handler(int signal, siginfo_t *info, void *context) {
  (void)info, (void)context;
  volatile char here = 0;
  say("handler of %d on the alternate stack: %d", signal, &here >= stack && &here < stack + sizeof stack);
  (void)here;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  stack_t alternate = {.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack}, old;
  tell("sigaltstack", SYS2(__NR_sigaltstack, &alternate, 0));
  on_signal(SIGUSR1, handler, SA_ONSTACK);
  SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1);
  on_signal(SIGUSR1, handler, 0);
  SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1);
  tell("reads back", SYS2(__NR_sigaltstack, 0, &old));
  say("same %d, size %ld", old.ss_sp == stack, (long)old.ss_size);
  alternate.ss_size = 100;
  tell("too small", SYS2(__NR_sigaltstack, &alternate, 0));
  return 0;
}
