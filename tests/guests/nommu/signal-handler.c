/* handlers run on the program's stack with their siginfo, and return to where it was */
#include "nommu.h"
static volatile int seen;
static void handler(int signal, siginfo_t *info, void *context) {
  (void)context;
  seen = signal;
  say("handler of %d, code %d, from myself %d", signal, info->si_code, info->si_pid == SYS0(__NR_getpid));
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  volatile long kept = 0x12345;
  tell("sigaction", on_signal(SIGUSR1, handler, 0));
  tell("kill", SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1));
  say("back: seen %d, kept %lx", seen, kept);
  tell("tkill", SYS2(__NR_tkill, SYS0(__NR_gettid), SIGUSR1));
  say("back: kept %lx", kept);
  tell("SIGKILL", on_signal(SIGKILL, handler, 0));
  return 0;
}
