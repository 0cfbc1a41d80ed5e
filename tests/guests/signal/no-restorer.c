/* without SA_RESTORER a handler returns through the kernel's own code; x86-64 has none, and kills */
#include "../guest.h"

struct kernel_sigaction {
  void *handler;
  unsigned long flags;
  void *restorer;
  unsigned char mask[8];
};

static volatile int seen;

static void on_signal(int signo) {
  seen++;
  say("handler of %d", signo);
}
static void on_siginfo(int signo, siginfo_t *info, void *context) {
  seen++;
  say("handler of %d code %d context %d", signo, info->si_code, context != 0);
}
#ifdef __arm__
__attribute__((target("thumb"))) static void on_thumb(int signo) { seen += signo; }
__attribute__((target("thumb"))) static void on_thumb_siginfo(int signo, siginfo_t *info, void *context) {
  seen += signo + info->si_signo;
  (void)context;
}
#endif

static void run(const char *what, void *handler, unsigned long flags) {
  pid_t child = fork();
  if (child == 0) {
    struct kernel_sigaction action = {handler, flags, 0, {0}};
    syscall(SYS_rt_sigaction, SIGUSR1, &action, 0, 8);
    volatile long kept = 0x12345;
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    say("back, kept %#lx", kept);
    _exit(seen);
  }
  reap(what, child);
}

int main(void) {
  run("plain", on_signal, 0);
  run("SA_SIGINFO", on_siginfo, SA_SIGINFO);
#ifdef __arm__
  run("Thumb", on_thumb, 0);
  run("Thumb with SA_SIGINFO", on_thumb_siginfo, SA_SIGINFO);
#endif
#ifdef SYS_sigaction
  struct {
    void *handler;
    unsigned long mask;
    unsigned long flags;
    void *restorer;
  } old_action = {on_signal, 0, SA_NODEFER, 0}, seen_action;
  say("old sigaction %ld", syscall(SYS_sigaction, SIGUSR2, &old_action, 0));
  kill(getpid(), SIGUSR2);
  syscall(SYS_sigaction, SIGUSR2, 0, &seen_action);
  say("reads back %d flags %#lx", seen_action.handler == on_signal, seen_action.flags);
#endif
}
