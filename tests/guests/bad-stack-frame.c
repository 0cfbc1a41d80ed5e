/* A handler whose frame does not fit on the stack is SIGSEGV */
#include "guest.h"
static void handler(int signo) { say("handler %d", signo); }
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    static char small[4096] __attribute__((aligned(4096)));
    stack_t stack = {.ss_sp = small, .ss_size = 4096};
    sigaltstack(&stack, 0);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_ONSTACK}, 0);
    mprotect(small, 4096, PROT_READ);
    raise(SIGUSR1);
    _exit(0);
  }
  reap("child", child);
}
