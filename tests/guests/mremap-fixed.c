/* mremap with MREMAP_FIXED moves onto what is mapped there */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *q = p + 8 * 4096;
  p[0] = 'p';
  q[0] = 'q';
  say("moved: %d", mremap(p, 4096, 2 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q);
  say("%c, old gone %d", q[0], !readable(p));
  TRY("without MAYMOVE", mremap(q, 4096, 4096, MREMAP_FIXED, p));
  TRY("odd target", mremap(q, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, p + 1));
  TRY("overlap", mremap(q, 2 * 4096, 2 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, q + 4096));
  TRY("odd source", mremap(q + 1, 4096, 4096, MREMAP_MAYMOVE));
  TRY("unmapped", mremap(p, 4096, 8192, MREMAP_MAYMOVE));
  TRY("length 0", mremap(q, 4096, 0, MREMAP_MAYMOVE));
  TRY("flags", mremap(q, 4096, 4096, 8));
  TRY("beyond", mremap(q, 100 * 4096, 200 * 4096, MREMAP_MAYMOVE));
}
