/* A signal sent to a thread is handled by that thread, with SI_TKILL; a thread id of another group is ESRCH, and kill takes a thread id for its process. */
#include "threads.h"
static volatile pid_t handler_tid;
static volatile int code;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  code = info->si_code;
  handler_tid = tid();
}
static volatile int leave;
static void *runs(void *unused) {
  here();
  while (!leave) usleep(1000);
  return unused;
}
static int handled(void) {
  while (!handler_tid) usleep(1000);
  pid_t by = handler_tid;
  handler_tid = 0;
  return by;
}
int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, 0);
  pthread_t thread = start(runs, 0);
  pid_t other = arrived();
  pthread_kill(thread, SIGUSR1);
  pid_t by = handled();
  say("pthread_kill: by that thread %d, SI_TKILL %d", by == other, code == SI_TKILL);
  syscall(SYS_tgkill, getpid(), tid(), SIGUSR1);
  say("tgkill of oneself: by this thread %d", handled() == tid());
  raise(SIGUSR1);
  say("raise: by this thread %d", handled() == tid());
  syscall(SYS_tkill, other, SIGUSR1);
  say("tkill: by that thread %d", handled() == other);
  say("tgkill with a wrong group: %s", result(syscall(SYS_tgkill, getppid(), other, SIGUSR1)));
  say("tgkill of nobody: %s", result(syscall(SYS_tgkill, getpid(), NOBODY, SIGUSR1)));
  say("tgkill 0: %s, -1: %s", result(syscall(SYS_tgkill, 0, other, SIGUSR1)), result(syscall(SYS_tgkill, getpid(), -1, 0)));
  say("tkill 0: %s", result(syscall(SYS_tkill, 0, SIGUSR1)));
  say("signal 65: %s", result(syscall(SYS_tkill, other, 65)));
  say("signal 0: %s", result(syscall(SYS_tgkill, getpid(), other, 0)));
  kill(other, SIGUSR1);
  by = handled();
  say("kill of a thread id: by that thread %d, SI_USER %d", by == other, code == SI_USER);
  leave = 1;
  pthread_join(thread, 0);
  until_gone(other);
  say("ended: %s", result(syscall(SYS_tgkill, getpid(), other, 0)));
  return 0;
}
