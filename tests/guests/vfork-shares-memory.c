/* A vfork child's stores to globals, heap and stack are its parent's. */
#include "guest.h"
static volatile int global = 1;
static volatile char page[8192];
int main(void) {
  volatile int local = 1;
  volatile int *heap = malloc(sizeof *heap);
  *heap = 1;
  pid_t pid = vfork();
  if (pid == 0) {
    global = 2;
    local = 3;
    *heap = 4;
    page[0] = 5;
    page[8191] = 6;
    _exit(0);
  }
  say("global %d local %d heap %d page %d %d", global, local, *heap, page[0], page[8191]);
  reap("child", pid);
  return 0;
}
