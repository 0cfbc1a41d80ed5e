/* PTRACE_SETSIGINFO changes what the handler is told, PTRACE_PEEKSIGINFO shows what waits, PTRACE_SETSIGMASK what is blocked. */
#include "tracer.h"
static void handler(int signal, siginfo_t *info, void *context) {
  (void)context;
  say("  handler: SIG%s, value %d", sigabbrev_np(signal), info->si_value.sival_int);
}
static void body(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  for (int i = 0; i < 3; i++) sigaction(SIGRTMIN + i, &action, 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 1);
  sigprocmask(SIG_BLOCK, &set, 0);
  sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 21});
  sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 22});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 20});
}
int main(void) {
  pid_t pid = traced(body, 0);
  request(PTRACE_CONT, pid, 0, 0);
  quietly(pid);
  siginfo_t info;
  request(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info);
  say("value %d", info.si_value.sival_int);
  info.si_value.sival_int = 99;
  request(PTRACE_SETSIGINFO, pid, 0, (unsigned long)&info);
  struct __ptrace_peeksiginfo_args args = {.off = 0, .flags = 1, .nr = 8};
  siginfo_t waiting[8];
  long n = ptrace(PTRACE_PEEKSIGINFO, pid, &args, waiting);
  say("%ld wait", n);
  for (int i = 0; i < n; i++) say("  value %d", waiting[i].si_value.sival_int);
  unsigned long long mask = 0;
  request(PTRACE_GETSIGMASK, pid, 8, (unsigned long)&mask);
  say("mask %#llx", mask);
  mask = ~0ull;
  request(PTRACE_SETSIGMASK, pid, 8, (unsigned long)&mask);
  request(PTRACE_GETSIGMASK, pid, 8, (unsigned long)&mask);
  say("mask %#llx", mask);
  mask = 0;
  request(PTRACE_SETSIGMASK, pid, 8, (unsigned long)&mask);
  say("another size: %s", attempt(PTRACE_GETSIGMASK, pid, 4, (unsigned long)&mask));
  request(PTRACE_CONT, pid, 0, SIGRTMIN);
  for (int status; status = quietly(pid), WIFSTOPPED(status);) {
    say_stop("child", status);
    request(PTRACE_CONT, pid, 0, WSTOPSIG(status));
  }
  return 0;
}
