/* epoll_pwait2 sleeps until another process writes, a signal comes or the time is over */
#include "guest.h"
#include <sys/epoll.h>
#include <time.h>
static void handler(int signo) { (void)signo; }
int main(void) {
  int fd[2], ep = epoll_create1(0);
  pipe(fd);
  struct epoll_event event = {EPOLLIN, {.fd = 5}}, got;
  epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event);
  pid_t child = fork();
  if (child == 0) {
    let_others_run();
    write(fd[1], "", 1);
    _exit(0);
  }
  say("written: %d", epoll_wait(ep, &got, 1, -1));
  reap("child", child);
  char c;
  read(fd[0], &c, 1);
  long long spec[2] = {0, 1000000};
  say("timeout: %ld", syscall(SYS_epoll_pwait2, ep, &got, 1, spec, 0, 8));
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART}, 0);
  sigset_t alarm, none;
  sigemptyset(&alarm);
  sigemptyset(&none);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarm, 0);
  kill(getpid(), SIGALRM);
  TRY("signal", epoll_pwait(ep, &got, 1, -1, &none));
}
