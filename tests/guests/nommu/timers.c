/* POSIX timers, nanosleep and clocks work as on any Linux */
#include "nommu.h"
static volatile int expired;
static void handler(int signal, siginfo_t *info, void *context) {
  (void)context;
  expired++;
  say("signal %d, code %d, value %d", signal, info->si_code, info->si_value.sival_int);
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  sigevent_t event;
  memset(&event, 0, sizeof event);
  event.sigev_signo = SIGUSR1;
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_value.sival_int = 44;
  int timer;
  on_signal(SIGUSR1, handler, 0);
  tell("timer_create", SYS3(__NR_timer_create, 1, &event, &timer));
  struct seconds when[2] = {{0, 0}, {0, 5000000}}, start, end, little = {0, 20000000};
  SYS2(__NR_clock_gettime, 1, &start);
  tell("timer_settime", SYS4(__NR_timer_settime, timer, 0, when, 0));
  while (!expired) SYS2(__NR_nanosleep, &little, 0);
  SYS2(__NR_clock_gettime, 1, &end);
  say("time went on: %d", end.sec > start.sec || end.part - start.part >= 5000000);
  tell("timer_delete", SYS1(__NR_timer_delete, timer));
  return 0;
}
