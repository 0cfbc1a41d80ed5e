/* RUSAGE_SELF counts all threads, those that have ended included; RUSAGE_THREAD and the thread's clock count the caller alone. */
#include "threads.h"
static long ms(int who) {
  struct rusage usage;
  getrusage(who, &usage);
  return usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 + usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000;
}
static long clock_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
static void *works(void *unused) {
  while (clock_ms(CLOCK_THREAD_CPUTIME_ID) < 60)
    for (volatile int i = 0; i < 1000000; i++) continue;
  say("own: at least 50: %d", ms(RUSAGE_THREAD) >= 50);
  return unused;
}
int main(void) {
  pthread_join(start(works, 0), 0);
  say("process: at least 50: %d, %d", ms(RUSAGE_SELF) >= 50, clock_ms(CLOCK_PROCESS_CPUTIME_ID) >= 50);
  say("first thread: less than 50: %d, %d", ms(RUSAGE_THREAD) < 50, clock_ms(CLOCK_THREAD_CPUTIME_ID) < 50);
  return 0;
}
