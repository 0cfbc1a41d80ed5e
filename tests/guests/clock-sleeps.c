/* clock_nanosleep sleeps by every clock that can, and until an instant */
#include "guest.h"
#include <time.h>
int main(void) {
  static const int clocks[] = {0, 1, 7, 11};
  for (int i = 0; i < 4; i++) {
    struct timespec before, after, until;
    clock_gettime(clocks[i], &before);
    until = before;
    until.tv_nsec += 3000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    int result = clock_nanosleep(clocks[i], TIMER_ABSTIME, &until, 0);
    clock_gettime(clocks[i], &after);
    say("%d: %d, %d", clocks[i], result, after.tv_sec > until.tv_sec || (after.tv_sec == until.tv_sec && after.tv_nsec >= until.tv_nsec));
    say("past: %d", clock_nanosleep(clocks[i], TIMER_ABSTIME, &before, 0));
  }
  struct timespec t = {0, 1};
  static const int others[] = {4, 5, 6, 99};
  for (int i = 0; i < 4; i++) say("%d: %d", others[i], clock_nanosleep(others[i], 0, &t, 0));
  say("thread's: %d", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &t, 0));
  t.tv_nsec = 1000000000;
  say("ns: %d", clock_nanosleep(1, 0, &t, 0));
  struct timespec res;
  for (int i = 0; i < 8; i++) {
    int result = clock_getres(i, &res);
    say("resolution %d: %d %d", i, result, result ? 0 : (int)res.tv_sec);
  }
  setgid(1234);
  setuid(1234);
  t.tv_nsec = 0;
  TRY("set", clock_settime(CLOCK_REALTIME, &t));
  TRY("set monotonic", clock_settime(CLOCK_MONOTONIC, &t));
}
