/* timer_create refuses clocks without timers, wrong signals and wrong ways to notify */
#include "guest.h"
#include <time.h>
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif
static long create(int clock, int notify, int signo, int tid) {
  struct sigevent event = {.sigev_notify = notify, .sigev_signo = signo};
  event.sigev_notify_thread_id = tid;
  int id;
  long result = syscall(SYS_timer_create, clock, &event, &id);
  return result < 0 ? -errno : result;
}
int main(void) {
  for (int clock = 0; clock < 13; clock++)
    if (clock != 8 && clock != 9) say("clock %d: %ld", clock, create(clock, SIGEV_SIGNAL, SIGUSR1, 0));
  say("signal 0: %ld", create(1, SIGEV_SIGNAL, 0, 0));
  say("signal 65: %ld", create(1, SIGEV_SIGNAL, 65, 0));
  say("thread 1: %ld", create(1, SIGEV_THREAD_ID, SIGUSR1, 1));
  say("this thread: %ld", create(1, SIGEV_THREAD_ID, SIGUSR1, getpid()));
  say("notify 9: %ld", create(1, 9, SIGUSR1, 0));
  say("none: %ld", create(1, SIGEV_NONE, 99, 0));
  long its[4] = {0, 0, 0, 1000000000}; /* the kernel's old struct itimerspec: words */
  TRY("ns", syscall(SYS_timer_settime, 0, 0, its, 0));
  TRY("null", syscall(SYS_timer_settime, 0, 0, 0, 0));
  TRY("no timer", syscall(SYS_timer_getoverrun, 9999));
}
