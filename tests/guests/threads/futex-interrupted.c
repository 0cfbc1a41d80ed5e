/* A handler interrupts a futex wait: it goes on under SA_RESTART, ends by EINTR without, and with a timeout in any case; a stop does not end it. */
#include "threads.h"
static int word;
static volatile int handled;
static void handler(int signo) { handled += signo > 0; }
static void *waits(void *time) {
  here();
  long back = futex(&word, FUTEX_WAIT, 0, time, 0, 0);
  say("%s after %d", result(back), handled);
  return 0;
}
static void round_of(const char *what, int flags, void *time) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(SIGUSR1, &action, 0);
  handled = 0;
  say("%s:", what);
  pthread_t thread = start(waits, time);
  pid_t it = asleep();
  pthread_kill(thread, SIGUSR1);
  while (!handled) usleep(1000);
  usleep(2000);
  if (flags && !time) {
    until_asleep(getpid(), it);
    word = 1;
    futex(&word, FUTEX_WAKE, 1, 0, 0, 0);
  }
  pthread_join(thread, 0);
  word = 0;
}
int main(void) {
  struct words_time long_time = {100, 0}, short_time = {0, 50000000};
  round_of("plain", 0, 0);
  round_of("SA_RESTART", SA_RESTART, 0);
  round_of("SA_RESTART with a timeout", SA_RESTART, &long_time);
  pid_t pid = fork();
  if (pid == 0) {
    say("%s", result(futex(&word, FUTEX_WAIT, 0, &short_time, 0, 0)));
    _exit(0);
  }
  usleep(5000);
  kill(pid, SIGSTOP);
  usleep(5000);
  kill(pid, SIGCONT);
  reap("stopped and continued", pid);
  return 0;
}
