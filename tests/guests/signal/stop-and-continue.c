/* SIGSTOP and SIGCONT without a handler do not show in the results of sleeping calls */
#include "../guest.h"
#include <poll.h>
#include <time.h>

/* What a child has to say it says when its parent has told what it saw of it. */
static int gate[2];
static void wait_for_parent(void) {
  char byte;
  read(gate[0], &byte, 1);
}

static void stop_and_continue(pid_t child) {
  int status;
  until_asleep(child, child);
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  say("stopped %d", WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  say("continued %d", WIFCONTINUED(status) != 0);
  write(gate[1], "", 1);
}

static volatile int handled;
static void on_cont(int signo) { handled = signo; }

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(void) {
  int fd[2], status;
  char byte;
  pid_t child;
  pipe(fd);
  pipe(gate);
  if ((child = fork()) == 0) {
    long start = milliseconds();
    struct timespec nap = {0, 600000000};
    int result = nanosleep(&nap, 0);
    long took = milliseconds() - start;
    wait_for_parent();
    say("nanosleep %d, took its time %d", result, took >= 600);
    _exit(1);
  }
  stop_and_continue(child);
  reap("sleeper", child);
  if ((child = fork()) == 0) {
    struct pollfd in = {fd[0], POLLIN, 0};
    long start = milliseconds();
    int result = poll(&in, 1, 600);
    long took = milliseconds() - start;
    wait_for_parent();
    say("poll %d, took its time %d", result, took >= 600);
    _exit(1);
  }
  stop_and_continue(child);
  reap("poller", child);
  if ((child = fork()) == 0) {
    int result = read(fd[0], &byte, 1);
    wait_for_parent();
    say("read %d", result);
    _exit(1);
  }
  stop_and_continue(child);
  write(fd[1], "x", 1);
  reap("reader", child);
  if ((child = fork()) == 0) {
    signal(SIGCONT, on_cont);
    int result = pause(), error = errno;
    wait_for_parent();
    say("handler of %d", handled);
    say("pause %d %s", result, strerrorname_np(error));
    _exit(2);
  }
  stop_and_continue(child);
  reap("pauser", child);
  if ((child = fork()) == 0) {
    raise(SIGSTOP);
    pause();
  }
  waitpid(child, &status, WUNTRACED);
  say("stopped %d; a stopped process takes SIGTERM only when it continues", WIFSTOPPED(status));
  kill(child, SIGTERM);
  say("no news %d", waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  reap("terminated", child);
  if ((child = fork()) == 0) {
    raise(SIGSTOP);
    pause();
  }
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGKILL);
  reap("killed while stopped", child);
}
