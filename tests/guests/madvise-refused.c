/* madvise refuses unknown advice, odd addresses and holes, and advice of length 0 is none */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY("unknown", madvise(p, 4096, 77));
  TRY("odd", madvise(p + 1, 4096, MADV_DONTNEED));
  TRY("length 0", madvise(p, 0, MADV_DONTNEED));
  TRY("length 0, unknown", madvise(p, 0, 77));
  munmap(p + 4096, 4096);
  p[0] = p[8192] = 'x';
  TRY("hole", madvise(p, 3 * 4096, MADV_DONTNEED));
  say("done around it: %d %d", p[0], p[8192]);
  TRY("negative", madvise(p, -4096, MADV_DONTNEED));
  TRY("unmapped", madvise(p + 4096, 4096, MADV_NORMAL));
  TRY("free", madvise(p, 4096, MADV_FREE));
  int fd = syscall(SYS_memfd_create, "x", 0);
  ftruncate(fd, 4096);
  char *s = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY("free of a file", madvise(s, 4096, MADV_FREE));
  TRY("dontdump", madvise(p, 4096, MADV_DONTDUMP) | madvise(p, 4096, MADV_DODUMP));
  mlock(p, 4096);
  TRY("locked", madvise(p, 4096, MADV_DONTNEED));
  TRY("locked, cold", madvise(p, 4096, MADV_COLD));
}
