/* the handler of an FDPIC program is a function descriptor: code, and what r9 is to be */
#include "nommu.h"
static volatile int seen;
static void handler(int signal, siginfo_t *info, void *context) {
  (void)info, (void)context;
  seen = signal;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  unsigned long base;
  __asm__ volatile("mov %0, r9" : "=r"(base));
  unsigned long descriptor[2] = {(unsigned long)handler, base};
  on_signal(SIGUSR1, (void (*)(int, siginfo_t *, void *))descriptor, 0);
  tell("kill", SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1));
  say("seen %d", seen);
  return 0;
}
