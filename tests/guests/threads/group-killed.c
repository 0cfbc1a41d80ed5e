/* A fatal signal to any thread ends the whole process, with the signal as its status. */
#include "threads.h"
static void *sleeps(void *unused) {
  here();
  pause();
  return unused;
}
static void *faults(void *unused) {
  *(volatile int *)8 = 1;
  return unused;
}
static void *aborts(void *unused) {
  abort();
  return unused;
}
static void sleepers(void) {
  for (int i = 0; i < 3; i++) start(sleeps, 0), asleep();
}
static void by_fault(void) {
  sleepers();
  pthread_join(start(faults, 0), 0);
}
static void by_abort(void) {
  sleepers();
  pthread_join(start(aborts, 0), 0);
}
static void by_tgkill(void) {
  sleepers();
  pthread_t thread = start(sleeps, 0);
  asleep();
  pthread_kill(thread, SIGTERM);
  pause();
}
static void by_kill(void) {
  sleepers();
  kill(getpid(), SIGKILL);
  pause();
}
static void by_alarm(void) {
  sleepers();
  sigset_t set;
  sigfillset(&set);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  ualarm(1000, 0);
  pause();
}
int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  in_child("a fault", by_fault);
  in_child("abort", by_abort);
  in_child("SIGTERM to a thread", by_tgkill);
  in_child("SIGKILL", by_kill);
  in_child("SIGALRM, blocked by the first thread only", by_alarm);
  return 0;
}
