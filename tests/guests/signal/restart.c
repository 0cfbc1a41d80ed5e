/* a handler with SA_RESTART lets read and wait go on, one without makes them fail; pause and nanosleep always fail */
#include "../guest.h"
#include <poll.h>
#include <sys/time.h>
#include <time.h>

static volatile int handled;
static int pipe_fd[2];

static void on_alarm(int signo) {
  (void)signo;
  handled++;
}
static void on_alarm_write(int signo) {
  (void)signo;
  handled++;
  if (handled == 2) write(pipe_fd[1], "x", 1);
}

static void arm(void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(SIGALRM, &action, 0);
  handled = 0;
  struct itimerval soon = {{0, 300000}, {0, 20000}};
  setitimer(ITIMER_REAL, &soon, 0);
}
static void disarm(void) {
  struct itimerval off = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &off, 0);
}

static void result(const char *what, long value) {
  int error = errno;
  disarm();
  say("%s: %ld %s, handled %s", what, value, value < 0 ? strerrorname_np(error) : "", handled > 1 ? "twice" : handled ? "once" : "never");
}

int main(void) {
  char byte;
  pipe(pipe_fd);
  arm(on_alarm, 0);
  result("read without SA_RESTART", read(pipe_fd[0], &byte, 1));
  arm(on_alarm_write, SA_RESTART);
  result("read with SA_RESTART", read(pipe_fd[0], &byte, 1));
  arm(on_alarm, SA_RESTART);
  result("pause", pause());
  arm(on_alarm, SA_RESTART);
  struct timespec second = {1, 0}, left = {5, 5};
  result("nanosleep", nanosleep(&second, &left));
  say("left %ld, more than half %d", (long)left.tv_sec, left.tv_nsec > 500000000);
  arm(on_alarm, SA_RESTART);
  struct pollfd poll_in = {pipe_fd[0], POLLIN, 0};
  result("poll", poll(&poll_in, 1, 1000));
  arm(on_alarm, SA_RESTART);
  sigset_t none;
  sigemptyset(&none);
  result("sigsuspend", sigsuspend(&none));
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  arm(on_alarm, 0);
  int status;
  result("wait without SA_RESTART", waitpid(child, &status, 0));
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  child = fork();
  if (child == 0) {
    struct timespec fifth = {0, 200000000};
    nanosleep(&fifth, 0);
    _exit(5);
  }
  arm(on_alarm, SA_RESTART);
  result("wait with SA_RESTART", waitpid(child, &status, 0) == child);
  say_status("child", status);
}
