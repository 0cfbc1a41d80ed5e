/* RLIMIT_AS counts every mapping, and replacing one costs nothing */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  int anon = MAP_PRIVATE | MAP_ANONYMOUS;
  char *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, anon, -1, 0);
  struct rlimit limit = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_AS, &limit);
  TRY("more", mmap(0, 4096, PROT_READ, anon, -1, 0));
  TRY("PROT_NONE", mmap(0, 4096, PROT_NONE, anon, -1, 0));
  say("in place: %d", mmap(p, 4096, PROT_READ, anon | MAP_FIXED, -1, 0) == p);
  TRY("mremap", mremap(p + 4096, 4096, 1 << 21, MREMAP_MAYMOVE));
  say("brk: %d", (long)sbrk(1 << 20) == -1);
}
