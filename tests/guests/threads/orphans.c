/* When a process ends, its stopped orphaned group is hung up and continued; a child with another exit signal tells SIGCHLD once its parent has called execve. */
#include "threads.h"
static volatile int got;
static void handler(int signo) {
  got = signo;
}
static int told[2];
/* Ends when the program that its parent has called by execve says so. */
static int leave(void *unused) {
  char byte;
  (void)unused;
  return read(told[0], &byte, 1) != 1;
}
int main(int argc, char **argv) {
  if (argc > 1) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, 0);
    write(atoi(argv[1]), "", 1);
    say("after execve: %s", sigwaitinfo(&set, 0) == SIGCHLD ? "SIGCHLD" : "another");
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
  pipe(told);
  clone(leave, new_stack(), SIGUSR1, 0);
  char number[12];
  snprintf(number, sizeof number, "%d", told[1]);
  execl("/proc/self/exe", "guest", number, (char *)0);
  return 1;
}
