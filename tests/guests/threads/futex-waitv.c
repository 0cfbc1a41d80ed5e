/* futex_waitv sleeps on several words and tells which one was woken */
#include "threads.h"
#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
struct waiter {
  uint64_t val, uaddr;
  uint32_t flags, reserved;
};
struct time64 {
  int64_t sec, nsec;
};
static unsigned words[3] = {1, 2, 3};
static struct waiter waiters[3];
static long waitv(struct waiter *list, unsigned count, unsigned flags, struct time64 *time, int clock) {
  return syscall(SYS_futex_waitv, list, count, flags, time, clock);
}
static void *sleeper(void *unused) {
  here();
  say("woken at %s", result(waitv(waiters, 3, 0, 0, 0)));
  return unused;
}
/* It is put into the queues of the words one after the other: in those it may not be yet when it counts as asleep. */
static void wake(int which) {
  pthread_t thread = start(sleeper, 0);
  asleep();
  long woken;
  while ((woken = futex(&words[which], FUTEX_WAKE_PRIVATE, 9, 0, 0, 0)) == 0) usleep(1000);
  pthread_join(thread, 0);
  say("wake %d: %s", which, result(woken));
}
static void on_signal(int signo) { (void)signo; }
static void *interrupted(void *unused) {
  here();
  say("a handler: %s", result(waitv(waiters, 3, 0, 0, 0)));
  return unused;
}
int main(void) {
  for (int i = 0; i < 3; i++) waiters[i] = (struct waiter){i + 1, (uintptr_t)&words[i], 2 | FUTEX_PRIVATE_FLAG, 0};
  /* SA_RESTART is not set. */
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, 0);
  for (int i = 0; i < 3; i++) wake(i);
  pthread_t thread = start(interrupted, 0);
  asleep();
  pthread_kill(thread, SIGUSR1);
  pthread_join(thread, 0);
  thread = start(sleeper, 0);
  asleep();
  long moved;
  while ((moved = futex(&words[1], FUTEX_REQUEUE_PRIVATE, 0, (void *)1, &words[2], 0)) == 0) usleep(1000);
  say("moved to another word: %s", result(moved));
  futex(&words[0], FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
  pthread_join(thread, 0);
  words[1] = 5;
  say("changed: %s", result(waitv(waiters, 3, 0, 0, 0)));
  words[1] = 2;
  struct time64 past = {0, 1}, bad = {0, 1000000000};
  say("an instant that is past: %s", result(waitv(waiters, 3, 0, &past, CLOCK_MONOTONIC)));
  say("of the day: %s", result(waitv(waiters, 3, 0, &past, CLOCK_REALTIME)));
  say("another clock: %s", result(waitv(waiters, 3, 0, &past, CLOCK_BOOTTIME)));
  say("bad time: %s", result(waitv(waiters, 3, 0, &bad, CLOCK_MONOTONIC)));
  say("flags: %s", result(waitv(waiters, 3, 1, 0, 0)));
  say("none: %s", result(waitv(waiters, 0, 0, 0, 0)));
  say("129: %s", result(waitv(waiters, 129, 0, 0, 0)));
  say("nowhere: %s", result(waitv((void *)8, 1, 0, 0, 0)));
  say("no list: %s", result(waitv(0, 1, 0, 0, 0)));
  waiters[2].flags = 0;
  say("no size: %s", result(waitv(waiters, 3, 0, 0, 0)));
  waiters[2].flags = 2 | 64;
  say("unknown flag: %s", result(waitv(waiters, 3, 0, 0, 0)));
  waiters[2].flags = 2;
  waiters[2].reserved = 1;
  say("reserved: %s", result(waitv(waiters, 3, 0, 0, 0)));
  waiters[2].reserved = 0;
  waiters[2].uaddr = 8;
  say("a word nowhere: %s", result(waitv(waiters, 3, 0, 0, 0)));
  waiters[2].uaddr = (uintptr_t)&words[2] + 1;
  say("a crooked word: %s", result(waitv(waiters, 3, 0, 0, 0)));
  return 0;
}
