/* MADV_REMOVE makes a hole in the file behind a shared mapping */
#include "guest.h"
int main(void) {
  int fd = syscall(SYS_memfd_create, "x", 0);
  ftruncate(fd, 2 * 4096);
  char *p = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  p[0] = p[4096] = 'x';
  TRY("remove", madvise(p, 4096, MADV_REMOVE));
  char c[2] = "??";
  pread(fd, c, 1, 0);
  pread(fd, c + 1, 1, 4096);
  say("%d %c, %d %c", c[0], c[1], p[0], p[4096]);
  char *q = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  TRY("read-only mapping", madvise(q, 4096, MADV_REMOVE));
  char *r = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY("anonymous", madvise(r, 4096, MADV_REMOVE));
}
