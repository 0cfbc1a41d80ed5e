/* sa_mask and the signal itself are blocked in a handler, SA_NODEFER and SA_RESETHAND change that, masks come back */
#include "../guest.h"

static int depth, entered;

static void show_mask(const char *when) {
  sigset_t mask;
  char line[200] = "";
  sigprocmask(SIG_BLOCK, 0, &mask);
  for (int signo = 1; signo <= 64; signo++)
    if (sigismember(&mask, signo) == 1) sprintf(line + strlen(line), " %d", signo);
  say("%s: mask%s", when, line);
}

static void on_signal(int signo) {
  int mine = ++depth;
  say("enter %d at depth %d", signo, mine);
  show_mask("in handler");
  if (mine < 3 && ++entered < 4) {
    raise(signo);
    raise(SIGUSR2);
  }
  say("leave %d at depth %d", signo, mine);
  depth--;
}

static void run(const char *what, int flags, int masked) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags}, now;
  sigemptyset(&action.sa_mask);
  if (masked) sigaddset(&action.sa_mask, masked);
  sigaction(SIGUSR1, &action, 0);
  say("--- %s", what);
  entered = 0;
  raise(SIGUSR1);
  show_mask("after");
  sigaction(SIGUSR1, 0, &now);
  say("handler still there %d flags %#x", now.sa_handler == on_signal, (unsigned)now.sa_flags & ~0x04000000);
}

int main(void) {
  struct sigaction two = {.sa_handler = on_signal};
  sigaction(SIGUSR2, &two, 0);
  run("plain", 0, 0);
  run("with a mask", 0, SIGUSR2);
  run("SA_NODEFER", SA_NODEFER, 0);
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGUSR2, &ignore, 0);
  depth = 5;
  run("SA_RESETHAND", SA_RESETHAND, 0);
  struct sigaction unknown = {.sa_handler = on_signal, .sa_flags = 0x00400400 | SA_RESTART}, seen;
  sigaction(SIGUSR1, &unknown, 0);
  sigaction(SIGUSR1, 0, &seen);
  say("unknown flags are cleared: %#x", (unsigned)seen.sa_flags & ~0x04000000);
  sigaddset(&unknown.sa_mask, SIGKILL);
  sigaddset(&unknown.sa_mask, SIGSTOP);
  sigaddset(&unknown.sa_mask, SIGHUP);
  sigaction(SIGUSR1, &unknown, 0);
  sigaction(SIGUSR1, 0, &seen);
  say("mask kill %d stop %d hup %d", sigismember(&seen.sa_mask, SIGKILL), sigismember(&seen.sa_mask, SIGSTOP),
      sigismember(&seen.sa_mask, SIGHUP));
  say("sigaction of SIGKILL: %s", sigaction(SIGKILL, &ignore, 0) < 0 ? strerrorname_np(errno) : "ok");
  say("sigaction of 65: %s", syscall(SYS_rt_sigaction, 65, 0, 0, 8) < 0 ? strerrorname_np(errno) : "ok");
}
