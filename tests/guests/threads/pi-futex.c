/* FUTEX_LOCK_PI keeps the owner's thread id in the word, with a bit while others wait, and refuses what cannot be. */
#include "threads.h"
static unsigned lock, other;
static pid_t first;
static void *waits(void *unused) {
  here();
  say("second has it: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0)));
  say("word is its id and the bit: %d", lock == ((unsigned)tid() | FUTEX_WAITERS));
  say("unlock: %s", result(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0)));
  return unused;
}
static void *circle(void *unused) {
  futex(&other, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
  here();
  say("circle, waiter: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0)));
  futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  futex(&other, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  return unused;
}
static void *tries(void *unused) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  struct words_time soon = {now.tv_sec, 0}, bad = {0, -1};
  say("try: %s", result(futex(&lock, FUTEX_TRYLOCK_PI_PRIVATE, 0, 0, 0, 0)));
  say("past instant: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, &soon, 0, 0)));
  say("bad time: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, &bad, 0, 0)));
  say("unlock by another: %s", result(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0)));
  return unused;
}
int main(void) {
  first = tid();
  say("take: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0)));
  say("word is the id: %d", lock == (unsigned)first);
  say("again: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0)));
  pthread_join(start(tries, 0), 0);
  pthread_t thread = start(waits, 0);
  asleep();
  say("bit while one waits: %d", lock == ((unsigned)first | FUTEX_WAITERS));
  say("plain wake: %s", result(futex(&lock, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0)));
  long back = futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  pthread_join(thread, 0);
  say("unlock: %s", result(back));
  say("free: %u", lock);
  lock = 0x3fffffff;
  say("owner is nobody: %s", result(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0)));
  lock = 0;
  futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
  thread = start(circle, 0);
  asleep();
  say("circle: %s", result(futex(&other, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0)));
  futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  pthread_join(thread, 0);
  return 0;
}
