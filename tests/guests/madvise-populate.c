/* MADV_POPULATE_READ and MADV_POPULATE_WRITE make pages present or say why not */
#include "guest.h"
int main(void) {
  int anon = MAP_PRIVATE | MAP_ANONYMOUS;
  char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, anon, -1, 0);
  unsigned char vec[3];
  TRY("write", madvise(p, 4096, 23));
  mincore(p, 4096, vec);
  say("present: %d", vec[0] & 1);
  mprotect(p, 4096, PROT_READ);
  TRY("read", madvise(p, 4096, 22));
  TRY("write to read-only", madvise(p, 4096, 23));
  mprotect(p, 4096, PROT_NONE);
  TRY("read of PROT_NONE", madvise(p, 4096, 22));
  munmap(p + 4096, 4096);
  TRY("hole", madvise(p + 4096, 2 * 4096, 22));
  int fd = syscall(SYS_memfd_create, "x", 0);
  char *s = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY("behind the end", madvise(s, 4096, 22));
}
