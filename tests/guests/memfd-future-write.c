/* F_SEAL_FUTURE_WRITE leaves mappings writable that are there already */
#include "guest.h"
int main(void) {
  int fd = syscall(SYS_memfd_create, "x", 2);
  ftruncate(fd, 4096);
  char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  p[0] = 'x';
  char c = 0;
  pread(fd, &c, 1, 0);
  say("%c", c);
  TRY("write", write(fd, "y", 1));
  char *q = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  say("read-only: %d", q != MAP_FAILED);
  TRY("made writable", mprotect(q, 4096, PROT_READ | PROT_WRITE));
}
