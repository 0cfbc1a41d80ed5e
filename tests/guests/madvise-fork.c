/* A fork child lacks MADV_DONTFORK memory and finds MADV_WIPEONFORK memory empty */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[0] = p[4096] = p[8192] = 'x';
  TRY("dontfork", madvise(p, 4096, MADV_DONTFORK));
  TRY("wipeonfork", madvise(p + 4096, 4096, MADV_WIPEONFORK));
  TRY("wipe and keep", madvise(p + 8192, 4096, MADV_WIPEONFORK) | madvise(p + 8192, 4096, MADV_KEEPONFORK));
  pid_t child = fork();
  if (child == 0) {
    say("child: %d %d %c", readable(p), p[4096], p[8192]);
    _exit(0);
  }
  reap("child", child);
  say("parent: %c %c", p[0], p[4096]);
  madvise(p, 4096, MADV_DOFORK);
  child = fork();
  if (child == 0) {
    say("child: %c", p[0]);
    _exit(0);
  }
  reap("child", child);
  char *s = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  TRY("wipe shared", madvise(s, 4096, MADV_WIPEONFORK));
}
