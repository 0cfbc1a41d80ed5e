/* A vfork child's mprotect holds for its parent. */
#include "guest.h"
int main(void) {
  char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page[0] = page[4096] = 1;
  say("before: %d%d %d%d", readable(page), writable(page), readable(page + 4096), writable(page + 4096));
  pid_t pid = vfork();
  if (pid == 0) _exit(mprotect(page, 4096, PROT_READ) | mprotect(page + 4096, 4096, PROT_NONE));
  reap("child", pid);
  say("after: %d%d %d%d", readable(page), writable(page), readable(page + 4096), writable(page + 4096));
  pid = vfork();
  if (pid == 0) {
    *(volatile char *)page = 2;
    _exit(0);
  }
  reap("a child that stores there", pid);
  mprotect(page, 8192, PROT_READ | PROT_WRITE);
  page[0] = page[4096] = 3;
  say("back: %d%d %d%d", readable(page), writable(page), readable(page + 4096), writable(page + 4096));
  return 0;
}
