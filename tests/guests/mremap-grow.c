/* mremap grows a mapping in place when there is room, and moves it when it may */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[0] = 'a';
  p[2 * 4096 - 1] = 'z';
  munmap(p + 2 * 4096, 6 * 4096);
  say("in place: %d", mremap(p, 2 * 4096, 4 * 4096, 0) == p);
  p[4 * 4096 - 1] = 1;
  mmap(p + 4 * 4096, 4096, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY("no room", mremap(p, 4 * 4096, 5 * 4096, 0));
  char *q = mremap(p, 4 * 4096, 5 * 4096, MREMAP_MAYMOVE);
  say("moved: %d, %c %c %d %d", q != p, q[0], q[2 * 4096 - 1], q[4 * 4096 - 1], q[5 * 4096 - 1]);
  say("old gone: %d", readable(p));
  say("shrunk: %d", mremap(q, 5 * 4096, 4096, 0) == q);
  say("tail gone: %d", readable(q + 4096));
}
