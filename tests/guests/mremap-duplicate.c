/* mremap of length 0 maps shared pages a second time, and refuses private ones */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  p[0] = 'a';
  char *q = mremap(p, 0, 4096, MREMAP_MAYMOVE);
  p[0] = 'b';
  say("same page: %d %c", q != p, q[0]);
  char *r = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY("private", mremap(r, 0, 4096, MREMAP_MAYMOVE));
}
