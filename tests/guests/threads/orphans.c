/* When a process ends, its stopped orphaned group is hung up and continued; a child with another exit signal tells SIGCHLD once its parent has called execve. */
#include "threads.h"
static volatile int got;
static void handler(int signo) {
  got = signo;
}
static int leave(void *unused) {
  (void)unused;
  usleep(30000);
  return 0;
}
int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, 0);
    struct timespec time = {10, 0};
    say("after execve: %s", sigtimedwait(&set, 0, &time) == SIGCHLD ? "SIGCHLD" : "another");
    return 0;
  }
  int fd[2];
  pipe(fd);
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    pid_t stopped = fork();
    if (stopped == 0) {
      close(fd[0]);
      setpgid(0, 0);
      signal(SIGHUP, handler);
      kill(getpid(), SIGSTOP);
      say("continued, with %s", got == SIGHUP ? "SIGHUP" : "nothing");
      _exit(0);
    }
    int status;
    close(fd[1]);
    waitpid(stopped, &status, WUNTRACED);
    say_status("child", status);
    _exit(0);
  }
  close(fd[1]);
  char byte;
  read(fd[0], &byte, 1);
  reap("parent", pid);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  clone(leave, new_stack(), SIGUSR1, 0);
  execl("/proc/self/exe", "guest", "again", (char *)0);
  return 1;
}
