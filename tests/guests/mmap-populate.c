/* MAP_POPULATE makes the pages present, and mincore tells */
#include "guest.h"
static void tell(const char *what, char *p, int pages) {
  unsigned char vec[8];
  mincore(p, pages * 4096, vec);
  char text[9] = "";
  for (int i = 0; i < pages; i++) text[i] = '0' + (vec[i] & 1);
  say("%s: %s", what, text);
}
static volatile char sink;
int main(void) {
  int anon = MAP_PRIVATE | MAP_ANONYMOUS;
  char *p = mmap(0, 4 * 4096, PROT_READ | PROT_WRITE, anon, -1, 0);
  madvise(p, 4 * 4096, MADV_NOHUGEPAGE);
  tell("untouched", p, 4);
  p[4096] = 1;
  sink = p[3 * 4096];
  tell("touched", p, 4);
  madvise(p, 4 * 4096, MADV_DONTNEED);
  tell("dropped", p, 4);
  char *q = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, anon | MAP_POPULATE, -1, 0);
  tell("populated", q, 3);
  munmap(q + 4096, 4096);
  unsigned char vec[8];
  TRY("hole", mincore(q, 3 * 4096, vec));
  TRY("odd", mincore(q + 1, 4096, vec));
  TRY("bad vector", syscall(SYS_mincore, q, 4096, 8));
  TRY("huge", syscall(SYS_mincore, q, -4096, vec));
}
