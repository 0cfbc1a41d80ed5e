/* SIGCHLD comes when a child ends, and SIGALRM when time is up */
#include "nommu.h"
static volatile int children, alarms;
static void handler(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (signal == SIGCHLD) {
    children++;
    say("SIGCHLD code %d status %d", info->si_code, info->si_status);
  } else alarms++;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  on_signal(SIGCHLD, handler, SA_RESTART);
  on_signal(SIGALRM, handler, SA_RESTART);
  long pid = vfork();
  if (pid == 0) _exit(11);
  reap("child", pid);
  struct seconds timer[2] = {{0, 0}, {0, 20000}};
  tell("setitimer", SYS3(__NR_setitimer, 0, timer, 0));
  struct seconds little = {0, 1000000};
  while (!alarms) SYS2(__NR_nanosleep, &little, 0);
  say("children %d, alarms %d", children, alarms);
  return 0;
}
