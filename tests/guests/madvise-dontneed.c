/* MADV_DONTNEED gives zeros in anonymous memory and the file's bytes in a private mapping */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[0] = p[4096] = 'x';
  madvise(p, 1, MADV_DONTNEED);
  say("%d %c", p[0], p[4096]);
  int fd = syscall(SYS_memfd_create, "x", 0);
  write(fd, "file", 4);
  char *q = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  q[0] = 'F';
  madvise(q, 4096, MADV_DONTNEED);
  say("%.4s", q);
  char *s = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  s[0] = 'S';
  madvise(s, 4096, MADV_DONTNEED);
  say("%.4s", s);
}
