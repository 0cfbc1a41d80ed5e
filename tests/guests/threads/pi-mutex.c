/* A mutex with priority inheritance is handed to the longest waiter, and to it as well when its owner dies. */
#include "threads.h"
static pthread_mutex_t mutex;
static int order[4], next;
static void make(int robust) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  say("protocol: %s", strerrorname_np(pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT)));
  if (robust) pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&mutex, &attr);
}
static void *takes(void *n) {
  here();
  pthread_mutex_lock(&mutex);
  order[next++] = (int)(intptr_t)n;
  pthread_mutex_unlock(&mutex);
  return 0;
}
static void *tries(void *unused) {
  say("trylock: %s", strerrorname_np(pthread_mutex_trylock(&mutex)));
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 20000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  say("timedlock: %s", strerrorname_np(pthread_mutex_timedlock(&mutex, &until)));
  return unused;
}
static void *dies(void *unused) {
  pthread_mutex_lock(&mutex);
  here();
  wait_for_others();
  return unused;
}
int main(void) {
  make(0);
  pthread_mutex_lock(&mutex);
  pthread_join(start(tries, 0), 0);
  pthread_t threads[4];
  for (intptr_t i = 0; i < 4; i++) {
    threads[i] = start(takes, (void *)i);
    asleep();
  }
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
  say("order %d %d %d %d", order[0], order[1], order[2], order[3]);
  make(1);
  pthread_t owner = start(dies, 0);
  arrived();
  int error = pthread_mutex_lock(&mutex);
  say("owner died: %s", strerrorname_np(error));
  pthread_mutex_consistent(&mutex);
  say("unlock: %s", strerrorname_np(pthread_mutex_unlock(&mutex)));
  say("again: %s", strerrorname_np(pthread_mutex_lock(&mutex)));
  pthread_join(owner, 0);
  return 0;
}
