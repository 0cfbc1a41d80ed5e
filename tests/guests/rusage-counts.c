/* getrusage counts faults and sleeps */
#include "guest.h"
#include <sys/resource.h>
#include <time.h>
int main(void) {
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  char *p = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(p, 64 * 4096, MADV_NOHUGEPAGE);
  for (int i = 0; i < 64; i++) p[i * 4096] = 1;
  for (int i = 0; i < 3; i++) nanosleep(&(struct timespec){0, 1000000}, 0);
  getrusage(RUSAGE_SELF, &after);
  say("faults: %d, sleeps: %d", after.ru_minflt - before.ru_minflt >= 64 && after.ru_minflt - before.ru_minflt < 100, after.ru_nvcsw - before.ru_nvcsw >= 3);
  say("resident: %d", after.ru_maxrss * 1024 >= 64 * 4096);
  munmap(p, 64 * 4096);
  getrusage(RUSAGE_SELF, &before);
  say("stays: %d", before.ru_maxrss >= after.ru_maxrss);
  TRY("who", getrusage(5, &before));
  TRY("thread", getrusage(1, &before));
}
