/* A fork child's brk and mappings leave its parent's alone. */
#include "guest.h"
int main(void) {
  char *before = (char *)syscall(SYS_brk, 0);
  char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page[0] = 1;
  pid_t pid = fork();
  if (pid == 0) {
    char *end = (char *)syscall(SYS_brk, before + 8192);
    munmap(page, 4096);
    say("child: break moved by %ld, page readable %d", (long)(end - before), readable(page));
    _exit(0);
  }
  reap("child", pid);
  say("parent: break moved by %ld, page readable %d", (long)((char *)syscall(SYS_brk, 0) - before), readable(page));
  return 0;
}
