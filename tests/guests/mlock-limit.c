/* mlock counts whole pages against RLIMIT_MEMLOCK, unless root calls */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  char *p = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct rlimit limit = {3 * 4096, 3 * 4096};
  setrlimit(RLIMIT_MEMLOCK, &limit);
  TRY("root", mlock(p, 8 * 4096) | munlock(p, 8 * 4096));
  setgid(1234);
  setuid(1234);
  TRY("two", mlock(p + 1, 4096));
  TRY("same again", mlock(p, 2 * 4096));
  TRY("two more", mlock(p + 2 * 4096, 2 * 4096));
  TRY("one more", mlock(p + 2 * 4096, 4096));
  TRY("mmap locked", mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
  TRY("unlock", munlock(p, 4096));
  TRY("again", mlock(p + 4 * 4096, 4096));
  TRY("all", mlockall(MCL_CURRENT));
  TRY("unlock all", munlockall());
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_MEMLOCK, &limit);
  TRY("limit 0", mlock(p, 4096));
  TRY("limit 0, all", mlockall(MCL_CURRENT));
}
