/* exit_group and a return from main end sleeping and running threads alike; exit of a thread ends that thread only. */
#include "threads.h"
static void *sleeps(void *unused) {
  here();
  pause();
  return unused;
}
static void *spins(void *unused) {
  here();
  for (;;) sched_yield();
  return unused;
}
static void *calls_exit(void *unused) {
  exit(5);
  return unused;
}
static void *leaves(void *unused) {
  syscall(SYS_exit, 9);
  return unused;
}
static void from_main(void) {
  start(sleeps, 0), asleep();
  start(spins, 0), arrived();
  _exit(3);
}
static void from_thread(void) {
  start(sleeps, 0), asleep();
  start(spins, 0), arrived();
  start(calls_exit, 0);
  pause();
}
static void thread_only(void) {
  int unused;
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  pthread_create(&thread, &attr, leaves, &unused);
  wait_for_others();
  say("still there");
}
int main(void) {
  in_child("first thread", from_main);
  in_child("another thread", from_thread);
  in_child("one thread only", thread_only);
  return 0;
}
