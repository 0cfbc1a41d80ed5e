/* Mutexes keep threads apart: a counter, a recursive one, an error-checking one, trylock and timedlock. */
#include "threads.h"
static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t kinds[2];
static int count;
static void *counts(void *unused) {
  for (int i = 0; i < 2000; i++) {
    pthread_mutex_lock(&plain);
    int now = count;
    if (i % 50 == 0) sched_yield();
    count = now + 1;
    pthread_mutex_unlock(&plain);
  }
  return unused;
}
static void *other(void *mutex) {
  say("trylock: %s", strerrorname_np(pthread_mutex_trylock(mutex)));
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 20000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  say("timedlock: %s", strerrorname_np(pthread_mutex_timedlock(mutex, &until)));
  say("unlock by another: %s", strerrorname_np(pthread_mutex_unlock(mutex)));
  return 0;
}
int main(void) {
  pthread_t threads[6];
  for (int i = 0; i < 6; i++) threads[i] = start(counts, 0);
  for (int i = 0; i < 6; i++) pthread_join(threads[i], 0);
  say("%d", count);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  int types[2] = {PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK};
  for (int i = 0; i < 2; i++) {
    pthread_mutexattr_settype(&attr, types[i]);
    pthread_mutex_init(&kinds[i], &attr);
    pthread_mutex_lock(&kinds[i]);
    say("again: %s", strerrorname_np(pthread_mutex_lock(&kinds[i])));
    pthread_join(start(other, &kinds[i]), 0);
  }
  return 0;
}
