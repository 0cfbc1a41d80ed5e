/* getrusage counts faults and sleeps */
#include "guest.h"
#include <sys/resource.h>
#include <time.h>
/* Each processor may hold back up to twice as many pages as there are processors before it adds them to the sum. */
enum { PAGES = 2000 };
int main(void) {
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  char *p = mmap(0, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(p, PAGES * 4096, MADV_NOHUGEPAGE);
  for (int i = 0; i < PAGES; i++) p[i * 4096] = 1;
  /* A sleep that is over before it has begun is none. */
  for (int i = 0; i < 30; i++) nanosleep(&(struct timespec){0, 1000000}, 0);
  getrusage(RUSAGE_SELF, &after);
  long faults = after.ru_minflt - before.ru_minflt;
  say("faults: %d, sleeps: %d", faults >= PAGES && faults < PAGES + 40, after.ru_nvcsw - before.ru_nvcsw >= 3);
  say("resident: %d", after.ru_maxrss * 1024 >= PAGES / 2 * 4096);
  munmap(p, PAGES * 4096);
  getrusage(RUSAGE_SELF, &before);
  say("stays: %d", before.ru_maxrss >= after.ru_maxrss);
  TRY("who", getrusage(5, &before));
  TRY("thread", getrusage(1, &before));
}
