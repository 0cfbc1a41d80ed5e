/* MAP_FIXED_NOREPLACE maps free addresses and is EEXIST elsewhere */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 4 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  TRY("taken", mmap(p, 4096, PROT_READ, flags, -1, 0));
  munmap(p + 4096, 4096);
  say("free: %d", mmap(p + 4096, 4096, PROT_READ, flags, -1, 0) == p + 4096);
  TRY("overlaps", mmap(p + 4096, 3 * 4096, PROT_READ, flags, -1, 0));
  TRY("odd", mmap(p + 1, 4096, PROT_READ, flags, -1, 0));
}
