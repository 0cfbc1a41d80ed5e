/* Condition variables wake one or all waiters, and a timed wait ends by ETIMEDOUT. */
#include "threads.h"
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER, go = PTHREAD_COND_INITIALIZER;
static int whose, waiting, opened, through;
static void *pong(void *unused) {
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&lock);
    while (whose != 1) pthread_cond_wait(&turn, &lock);
    whose = 0;
    pthread_cond_signal(&turn);
    pthread_mutex_unlock(&lock);
  }
  return unused;
}
static void *waits(void *unused) {
  pthread_mutex_lock(&lock);
  waiting++;
  while (!opened) pthread_cond_wait(&go, &lock);
  through++;
  pthread_mutex_unlock(&lock);
  return unused;
}
int main(void) {
  pthread_t partner = start(pong, 0), threads[10];
  int rounds = 0;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&lock);
    whose = 1;
    pthread_cond_signal(&turn);
    while (whose != 0) pthread_cond_wait(&turn, &lock);
    rounds++;
    pthread_mutex_unlock(&lock);
  }
  pthread_join(partner, 0);
  say("rounds %d", rounds);
  for (int i = 0; i < 10; i++) threads[i] = start(waits, 0);
  for (int all = 0; !all; sched_yield()) {
    pthread_mutex_lock(&lock);
    all = waiting == 10;
    pthread_mutex_unlock(&lock);
  }
  pthread_mutex_lock(&lock);
  say("through before %d", through);
  opened = 1;
  pthread_cond_broadcast(&go);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 10; i++) pthread_join(threads[i], 0);
  say("through after %d", through);
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 20000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_mutex_lock(&lock);
  say("timed: %s", strerrorname_np(pthread_cond_timedwait(&go, &lock, &until)));
  return 0;
}
