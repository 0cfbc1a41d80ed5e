/* Every signal but SIGKILL stops a traced task first, ignored ones too; the tracer delivers it, another, or none. */
#include "tracer.h"
static void handler(int signal, siginfo_t *info, void *context) {
  (void)context;
  say("  handler: SIG%s, code %d, from the tracer %d", sigabbrev_np(signal), info->si_code, info->si_pid == getppid());
}
static void body(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, 0);
  sigaction(SIGUSR2, &action, 0);
  signal(SIGWINCH, SIG_IGN);
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGWINCH);
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGTERM);
}
int main(void) {
  pid_t pid = traced(body, 0);
  proceed("delivered", PTRACE_CONT, pid, 0);
  siginfo_t info;
  request(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info);
  say("  SIG%s, code %d, from itself %d", sigabbrev_np(info.si_signo), info.si_code, info.si_pid == pid);
  proceed("suppressed", PTRACE_CONT, pid, SIGUSR1);
  proceed("replaced", PTRACE_CONT, pid, 0);
  proceed("ignored", PTRACE_CONT, pid, SIGUSR2);
  proceed("fatal, suppressed", PTRACE_CONT, pid, SIGWINCH);
  proceed("fatal", PTRACE_CONT, pid, 0);
  proceed("dead", PTRACE_CONT, pid, SIGTERM);
  pid = traced(body, 0);
  kill(pid, SIGKILL);
  await("SIGKILL", pid);
  say("an impossible signal: %s", attempt(PTRACE_CONT, traced(body, 0), 0, 65));
  return 0;
}
