/* alarm and setitimer: what was left, periodic signals, CPU time timers, wrong arguments */
#include "../guest.h"
#include <sys/time.h>

static volatile int count;
static void on_signal(int signo) {
  (void)signo;
  count++;
}

int main(void) {
  struct itimerval value, off = {{0, 0}, {0, 0}};
  say("alarm %u", alarm(2000));
  unsigned before = alarm(1000);
  say("alarm again %d", before > 1500 && before <= 2000);
  getitimer(ITIMER_REAL, &value);
  say("left %d, interval %ld", value.it_value.tv_sec > 500 && value.it_value.tv_sec <= 1000, (long)value.it_interval.tv_sec);
  before = alarm(0);
  say("off %d", before > 500 && before <= 1000);
  getitimer(ITIMER_REAL, &value);
  say("left %ld.%ld", (long)value.it_value.tv_sec, (long)value.it_value.tv_usec);
  signal(SIGALRM, on_signal);
  signal(SIGVTALRM, on_signal);
  signal(SIGPROF, on_signal);
  struct itimerval often = {{0, 10000}, {0, 10000}};
  setitimer(ITIMER_REAL, &often, 0);
  while (count < 5) pause();
  setitimer(ITIMER_REAL, &off, &value);
  say("interval %ld us", (long)value.it_interval.tv_usec);
  count = 0;
  setitimer(ITIMER_VIRTUAL, &often, 0);
  while (count < 2) {}
  setitimer(ITIMER_VIRTUAL, &off, 0);
  count = 0;
  setitimer(ITIMER_PROF, &often, 0);
  while (count < 2) {}
  setitimer(ITIMER_PROF, &off, 0);
  struct itimerval wrong = {{0, 0}, {0, 1000000}};
  say("wrong time %s", setitimer(ITIMER_REAL, &wrong, 0) < 0 ? strerrorname_np(errno) : "ok");
  say("wrong timer %s", syscall(SYS_setitimer, 3, &off, 0) < 0 ? strerrorname_np(errno) : "ok");
  alarm(1000);
  pid_t child = fork();
  if (child == 0) {
    say("not inherited %u", alarm(0));
    _exit(0);
  }
  reap("child", child);
  say("the parent keeps it %d", alarm(0) > 500);
}
