/* mlock makes pages present, a fork child has none locked */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned char vec[2];
  mlock(p, 4096);
  mincore(p, 2 * 4096, vec);
  say("present: %d %d", vec[0] & 1, vec[1] & 1);
  TRY("parent", madvise(p, 4096, MADV_DONTNEED));
  pid_t child = fork();
  if (child == 0) {
    TRY("child", madvise(p, 4096, MADV_DONTNEED));
    _exit(0);
  }
  reap("child", child);
}
