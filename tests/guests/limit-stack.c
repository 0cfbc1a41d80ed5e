/* A stack that grows beyond RLIMIT_STACK is SIGSEGV */
#include "guest.h"
#include <sys/resource.h>
static int deep(int n) {
  volatile char frame[4096];
  frame[0] = n;
  return n < 0 ? 0 : deep(n + 1) + frame[0];
}
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {256 * 1024, 256 * 1024};
    setrlimit(RLIMIT_STACK, &limit);
    _exit(deep(0));
  }
  reap("child", child);
}
