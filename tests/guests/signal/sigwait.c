/* sigtimedwait takes blocked signals out of the queue, and times out or is interrupted */
#include "../guest.h"
#include <time.h>

static void on_alarm(int signo) { say("handler of %d", signo); }

int main(void) {
  sigset_t set;
  siginfo_t info;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, 0);
  struct timespec nothing = {0, 0}, moment = {0, 5000000}, bad = {0, 1000000000};
  int got = sigtimedwait(&set, &info, &nothing);
  say("nothing there: %d %s", got, strerrorname_np(errno));
  got = sigtimedwait(&set, &info, &moment);
  say("nor after a moment: %d %s", got, strerrorname_np(errno));
  got = sigtimedwait(&set, &info, &bad);
  say("bad time: %d %s", got, strerrorname_np(errno));
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 77});
  kill(getpid(), SIGUSR1);
  got = sigwaitinfo(&set, &info);
  say("took %d code %d", got, info.si_code);
  got = sigwaitinfo(&set, &info);
  say("took %d code %d value %d", got, info.si_code, info.si_value.sival_int);
  signal(SIGALRM, on_alarm);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    until_asleep(parent, parent);
    kill(parent, SIGALRM);
    _exit(0);
  }
  got = sigwaitinfo(&set, &info);
  say("interrupted: %d %s", got, strerrorname_np(errno));
  reap("its sender", child);
  child = fork();
  if (child == 0) {
    nanosleep(&moment, 0);
    kill(parent, SIGUSR1);
    _exit(0);
  }
  got = sigwaitinfo(&set, &info);
  say("from the child %d: %d", got, info.si_pid == child);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, 0, &mask);
  say("mask as before: %d", sigismember(&mask, SIGUSR1) && sigismember(&mask, SIGRTMIN) && !sigismember(&mask, SIGUSR2));
  reap("child", child);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, 0);
  if ((child = fork()) == 0) {
    sigwaitinfo(&set, &info);
    _exit(0);
  }
  nanosleep(&moment, 0);
  kill(child, SIGKILL);
  reap("killed", child);
}
