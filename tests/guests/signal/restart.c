/* a handler with SA_RESTART lets read and wait go on, one without makes them fail; pause and nanosleep always fail */
#include "../guest.h"
#include <poll.h>
#include <time.h>

static volatile int *handled;
static int pipe_fd[2];
static pid_t sender;

static void on_alarm(int signo) {
  (void)signo;
  ++*handled;
}
static void on_alarm_write(int signo) {
  (void)signo;
  if (++*handled == 2) write(pipe_fd[1], "x", 1);
}

/* From now on each sleep of ours is interrupted, until that has happened `times` times. */
static void arm(void (*handler)(int), int flags, int times) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(SIGALRM, &action, 0);
  *handled = 0;
  pid_t sleeper = getpid();
  sender = fork();
  if (sender == 0) {
    for (int i = 0; i < times; i++) {
      until_asleep(sleeper, sleeper);
      kill(sleeper, SIGALRM);
      while (*handled <= i) usleep(1000);
    }
    _exit(0);
  }
}

static void result(const char *what, long value) {
  int error = errno;
  waitpid(sender, 0, 0);
  say("%s: %ld %s, handled %d", what, value, value < 0 ? strerrorname_np(error) : "", *handled);
}

int main(void) {
  char byte;
  pipe(pipe_fd);
  handled = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  arm(on_alarm, 0, 1);
  result("read without SA_RESTART", read(pipe_fd[0], &byte, 1));
  arm(on_alarm_write, SA_RESTART, 2);
  result("read with SA_RESTART", read(pipe_fd[0], &byte, 1));
  arm(on_alarm, SA_RESTART, 1);
  result("pause", pause());
  arm(on_alarm, SA_RESTART, 1);
  struct timespec long_time = {1000, 0}, left = {5, 5};
  result("nanosleep", nanosleep(&long_time, &left));
  say("more than half left: %d", left.tv_sec > 500 && left.tv_sec <= 1000);
  arm(on_alarm, SA_RESTART, 1);
  struct pollfd poll_in = {pipe_fd[0], POLLIN, 0};
  result("poll", poll(&poll_in, 1, -1));
  arm(on_alarm, SA_RESTART, 1);
  sigset_t none;
  sigemptyset(&none);
  result("sigsuspend", sigsuspend(&none));
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  arm(on_alarm, 0, 1);
  int status;
  result("wait without SA_RESTART", waitpid(child, &status, 0));
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  *handled = 0;
  child = fork();
  if (child == 0) {
    while (!*handled) usleep(1000);
    _exit(5);
  }
  arm(on_alarm, SA_RESTART, 1);
  result("wait with SA_RESTART", waitpid(child, &status, 0) == child);
  say_status("child", status);
}
