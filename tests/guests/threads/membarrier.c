/* membarrier's expedited commands want to be registered first, by any thread of the process; a child keeps that, execve forgets it. */
#include "threads.h"
#include <linux/membarrier.h>
static long membarrier(int command, unsigned flags) { return syscall(SYS_membarrier, command, flags, 0); }
static void *registers(void *unused) {
  say("register: %s", result(membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0)));
  return unused;
}
int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) {
    say("after execve: %s", result(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0)));
    return 0;
  }
  say("offers it: %d", (membarrier(MEMBARRIER_CMD_QUERY, 0) & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0);
  say("flags: %s", result(membarrier(MEMBARRIER_CMD_QUERY, 1)));
  say("unknown: %s, %s", result(membarrier(1 << 20, 0)), result(membarrier(-1, 0)));
  say("global: %s", result(membarrier(MEMBARRIER_CMD_GLOBAL, 0)));
  say("unregistered: %s", result(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0)));
  pthread_join(start(registers, 0), 0);
  say("registered: %s", result(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0)));
  pid_t pid = fork();
  if (pid == 0) {
    say("in a child: %s", result(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0)));
    _exit(0);
  }
  reap("child", pid);
  execl("/proc/self/exe", "guest", "again", (char *)0);
  return 1;
}
