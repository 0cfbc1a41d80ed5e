/* exit in a vfork child runs the atexit handlers and flushes the buffers of both, once, in the child. */
#include "guest.h"
static pid_t parent;
static void handler(void) { say("atexit in the %s", getpid() == parent ? "parent" : "child"); }
int main(void) {
  parent = getpid();
  atexit(handler);
  printf("a buffered line without an end;");
  pid_t pid = vfork();
  if (pid == 0) exit(0);
  reap("child", pid);
  exit(0);
}
