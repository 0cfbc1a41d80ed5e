/* CLONE_VM and CLONE_VFORK with a stack of the child's own block the parent and leave its stack alone. */
#include "guest.h"
static volatile int done;
static int child(void *from_parent) {
  volatile char deep[4096];
  memset((char *)deep, 0x55, sizeof deep);
  *(volatile int *)from_parent += deep[100];
  let_others_run();
  done = 1;
  return 0;
}
int main(void) {
  volatile int local = 1;
  volatile char frame[64];
  memset((char *)frame, 1, sizeof frame);
  pid_t pid = clone(child, new_stack(), CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)&local);
  int sum = 0;
  for (int i = 0; i < 64; i++) sum += frame[i];
  say("done %d, local %d, frame %d", done, local, sum);
  reap("child", pid);
  return 0;
}
