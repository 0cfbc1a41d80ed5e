/* every signal's default action, at once and when it has been blocked before */
#include "../guest.h"
#include <sys/resource.h>

static void describe(int signo, const char *how, pid_t child) {
  int status;
  waitpid(child, &status, WUNTRACED);
  if (WIFSTOPPED(status)) {
    say("%d %s: stopped by %d", signo, how, WSTOPSIG(status));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  } else if (WIFSIGNALED(status)) {
    say("%d %s: killed by %d core %d", signo, how, WTERMSIG(status), WCOREDUMP(status) != 0);
  } else {
    say("%d %s: survived with %d", signo, how, WEXITSTATUS(status));
  }
}

int main(void) {
  /* One byte is no core, and 0 would be one where a program takes cores through a pipe. */
  struct rlimit none = {1, 1};
  setrlimit(RLIMIT_CORE, &none);
  /* What was inherited does not count; the C library refuses to touch its own two signals. */
  static const char by_default[64];
  for (int signo = 1; signo <= 64; signo++) syscall(SYS_rt_sigaction, signo, by_default, NULL, 8);
  for (int signo = 1; signo <= 64; signo++) {
    pid_t child = fork();
    if (child == 0) {
      setsid();
      syscall(SYS_tkill, getpid(), signo);
      _exit(1);
    }
    describe(signo, "sent", child);
    child = fork();
    if (child == 0) {
      unsigned long long mask = ~0ull;
      syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
      syscall(SYS_kill, getpid(), signo);
      mask = 0;
      syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
      _exit(2);
    }
    describe(signo, "blocked", child);
    child = fork();
    if (child == 0) {
      signal(signo, SIG_IGN);
      syscall(SYS_kill, getpid(), signo);
      _exit(3);
    }
    describe(signo, "ignored", child);
  }
}
