/* FUTEX_CMP_REQUEUE_PI gives the lock to the first waiter of a condition and makes the others wait for it */
#include "threads.h"
static unsigned condition = 5, lock, wrong;
static struct words_time *forever;
static void *waits(void *number) {
  here();
  long value = futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 5, forever, &lock, 0);
  say("waiter %ld: %s, owns: %d", (long)(intptr_t)number, result(value), (lock & FUTEX_TID_MASK) == (unsigned)tid());
  if (value == 0) futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  return number;
}
static long requeue(int wake, long move, unsigned *to, unsigned expected) {
  return futex(&condition, FUTEX_CMP_REQUEUE_PI_PRIVATE, wake, (void *)move, to, expected);
}
static pthread_t waiter(long number) {
  pthread_t thread = start(waits, (void *)(intptr_t)number);
  asleep();
  return thread;
}
static void on_signal(int signo) { (void)signo; }
int main(void) {
  say("nobody waits: %s", result(requeue(1, 9, &lock, 5)));
  pthread_t one = waiter(1);
  long moved = requeue(1, 9, &lock, 5);
  pthread_join(one, 0);
  say("free lock: %s", result(moved));
  say("lock is free: %d", lock == 0);
  futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
  pthread_t threads[3];
  for (long i = 0; i < 3; i++) threads[i] = waiter(i + 2);
  say("changed meanwhile: %s", result(requeue(1, 9, &lock, 6)));
  say("wakes two: %s", result(requeue(2, 9, &lock, 5)));
  say("another lock: %s", result(requeue(1, 9, &wrong, 5)));
  say("same word: %s", result(requeue(1, 9, &condition, 5)));
  say("plain wake: %s", result(futex(&condition, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0)));
  say("plain requeue: %s", result(futex(&condition, FUTEX_REQUEUE_PRIVATE, 1, (void *)1, &wrong, 0)));
  say("held lock, one more than asked: %s", result(requeue(1, 1, &lock, 5)));
  say("the rest: %s", result(requeue(1, 9, &lock, 5)));
  say("word tells of waiters: %d", lock == ((unsigned)tid() | FUTEX_WAITERS));
  futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
  say("lock is free: %d", lock == 0);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct words_time soon = {now.tv_sec, now.tv_nsec}, bad = {0, -1};
  say("time is over: %s", result(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 5, &soon, &lock, 0)));
  say("bad time: %s", result(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 5, &bad, &lock, 0)));
  say("changed: %s", result(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 6, 0, &lock, 0)));
  say("same word: %s", result(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 5, 0, &condition, 0)));
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, 0);
  futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
  one = waiter(9);
  requeue(1, 1, &lock, 5);
  pthread_kill(one, SIGUSR1);
  pthread_join(one, 0);
  futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
  say("lock is free: %d", lock == 0);
  return 0;
}
