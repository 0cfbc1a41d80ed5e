/* siginfo tells who sent a signal and how: kill, tgkill, sigqueue, a timer, a child */
#include "../guest.h"
#include <sys/time.h>

static pid_t self;
static volatile pid_t child;

static const char *who(pid_t pid) {
  return pid == self ? "self" : pid == getppid() ? "parent" : pid == 0 ? "kernel" : "other";
}

static void on_signal(int signo, siginfo_t *info, void *context) {
  say("signal %d: si_signo %d errno %d code %d from %s uid %d value %d context %d", signo, info->si_signo, info->si_errno,
      info->si_code, who(info->si_pid), info->si_uid == getuid(), info->si_code == SI_QUEUE ? info->si_value.sival_int : 0,
      context != 0);
}

static void on_child(int signo, siginfo_t *info, void *context) {
  (void)context;
  say("child news %d: code %d status %d pid is the child's %d", signo, info->si_code, info->si_status,
      info->si_pid == child);
}

/* Its news wait until its number is known. */
static void start_child(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, 0);
  child = fork();
  sigprocmask(SIG_UNBLOCK, &set, 0);
}

int main(void) {
  self = getpid();
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  for (int signo = 1; signo <= 64; signo++) sigaction(signo, &action, 0);
  action.sa_sigaction = on_child;
  sigaction(SIGCHLD, &action, 0);
  kill(self, SIGUSR1);
  syscall(SYS_tgkill, self, self, SIGUSR2);
  syscall(SYS_tkill, self, SIGRTMIN + 3);
  sigqueue(self, SIGRTMIN, (union sigval){.sival_int = -7});
  sigqueue(self, SIGHUP, (union sigval){.sival_int = 12345});
  struct itimerval soon = {.it_value = {0, 1000}};
  sigset_t alarm, none;
  sigemptyset(&none);
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarm, 0);
  setitimer(ITIMER_REAL, &soon, 0);
  sigsuspend(&none);
  start_child();
  if (child == 0) _exit(42);
  int status;
  while (waitpid(child, &status, 0) != child) {}
  start_child();
  if (child == 0) {
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
  }
  while (waitpid(child, &status, 0) != child) {}
  start_child();
  if (child == 0) {
    raise(SIGSTOP);
    pause();
  }
  while (waitpid(child, &status, WUNTRACED) != child) {}
  say("stopped %d by %d", WIFSTOPPED(status), WSTOPSIG(status));
  kill(child, SIGKILL);
  while (waitpid(child, &status, 0) != child) {}
  say_status("child", status);
}
