/* mremap with MREMAP_DONTUNMAP takes the pages away and leaves empty ones */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[0] = 'p';
  char *q = mremap(p, 4096, 4096, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
  say("another: %d, %c, old %d", q != p, q[0], p[0]);
  TRY("other length", mremap(q, 4096, 8192, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0));
  TRY("without MAYMOVE", mremap(q, 4096, 4096, MREMAP_DONTUNMAP, 0));
}
