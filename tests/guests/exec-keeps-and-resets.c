/* exec keeps the pid, the mask, ignored signals and descriptors, resets handlers, and closes what is close-on-exec. */
#include "guest.h"
static void handler(int signal) { (void)signal; }
int main(int argc, char **argv) {
  if (argc > 1) {
    struct sigaction usr1, usr2;
    sigset_t mask;
    sigaction(SIGUSR1, 0, &usr1);
    sigaction(SIGUSR2, 0, &usr2);
    sigprocmask(SIG_BLOCK, 0, &mask);
    say("same pid %d", getpid() == atoi(argv[1]));
    say("handler %s, ignored %s", usr1.sa_handler == SIG_DFL ? "reset" : "kept", usr2.sa_handler == SIG_IGN ? "kept" : "reset");
    say("SIGTERM blocked %d", sigismember(&mask, SIGTERM));
    say("10 open %d, 11 open %d", fcntl(10, F_GETFD) >= 0, fcntl(11, F_GETFD) >= 0);
    say("environment %s, argv[0] %s, argc %d", getenv("NAME"), argv[0], argc);
    return 0;
  }
  char pid[12];
  sigset_t mask;
  snprintf(pid, sizeof pid, "%d", getpid());
  signal(SIGUSR1, handler);
  signal(SIGUSR2, SIG_IGN);
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  sigprocmask(SIG_BLOCK, &mask, 0);
  dup2(1, 10);
  dup2(1, 11);
  fcntl(11, F_SETFD, FD_CLOEXEC);
  char *new_argv[] = {"another name", pid, "", 0}, *env[] = {"NAME=value", 0};
  execve("/proc/self/exe", new_argv, env);
  return 127;
}
