/* A SIGSEGV in the handler of SIGSEGV kills */
#include "guest.h"
static volatile int *volatile nowhere = (int *)8;
static void handler(int signo) {
  say("handler %d", signo);
  *nowhere = 1;
}
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, handler);
    *nowhere = 1;
    _exit(0);
  }
  reap("child", child);
}
