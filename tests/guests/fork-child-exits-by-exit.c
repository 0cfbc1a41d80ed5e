/* exit in a fork child runs the atexit handlers and flushes the buffers there, and again in the parent. */
#include "guest.h"
static pid_t parent;
static void handler(void) { say("atexit in the %s", getpid() == parent ? "parent" : "child"); }
int main(void) {
  parent = getpid();
  atexit(handler);
  printf("buffered;");
  pid_t pid = fork();
  if (pid == 0) exit(0);
  reap("child", pid);
  exit(0);
}
