/* A stub that keeps its return address in a register survives a child that makes further calls. */
#include "guest.h"
static volatile int calls;
__attribute__((noinline)) static void deeper(int n) {
  volatile char frame[64];
  memset((char *)frame, 0xee, sizeof frame);
  calls++;
  if (n > 0) deeper(n - 1);
}
int main(void) {
  for (volatile int i = 0; i < 3; i++) {
    pid_t pid = vfork();
    if (pid == 0) {
      deeper(20);
      say("child: %d calls", calls);
      _exit(i);
    }
    reap("child", pid);
  }
  say("parent: %d calls", calls);
  return 0;
}
