/* While it sleeps in vfork a parent is killed at once by the signals that kill without a core; every other one, caught, ignored or by default, has to wait. */
#include "guest.h"
#include <sys/resource.h>
enum { DEFAULT, CAUGHT, IGNORED };
static volatile int caught;
static void handler(int signal) { caught = signal; }
static int dumps_stops_or_nothing(int signo) {
  static const int list[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS,
                             SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
  for (unsigned i = 0; i < sizeof list / sizeof *list; i++)
    if (list[i] == signo) return 1;
  return 0;
}
static const char *ending(int status) {
  static char text[40];
  if (WIFSIGNALED(status)) snprintf(text, sizeof text, "killed by %d", WTERMSIG(status));
  else if (WIFSTOPPED(status)) snprintf(text, sizeof text, "stopped by %d", WSTOPSIG(status));
  else if (WEXITSTATUS(status) == 77) return "which the C library keeps to itself";
  else snprintf(text, sizeof text, "exit %d", WEXITSTATUS(status));
  return text;
}
/* The parent of a vfork whose child sends it the signal and then waits for `go` to end. */
static void parent(int signo, int how, int sent[2], int go[2]) {
  char byte;
  pid_t self = getpid();
  close(go[1]);
  setpgid(0, 0);
  struct sigaction action = {.sa_handler = how == CAUGHT ? handler : how == IGNORED ? SIG_IGN : SIG_DFL};
  if (how != DEFAULT && sigaction(signo, &action, 0) != 0) _exit(77);
  volatile int done = 0;
  if (vfork() == 0) {
    kill(self, signo);
    write(sent[1], "s", 1);
    read(go[0], &byte, 1);
    done = caught ? 2 : 1;
    _exit(0);
  }
  _exit(caught ? (done == 1 ? 11 : 12) : 10);
}
static void try(int signo, int how) {
  static const char *const names[] = {"default", "caught", "ignored"};
  int sent[2], go[2], status = 0, before = 0;
  char byte;
  if (pipe(sent) != 0 || pipe(go) != 0) _exit(99);
  pid_t pid = fork();
  if (pid == 0) parent(signo, how, sent, go);
  close(sent[1]);
  int atOnce = signo == SIGKILL || (how == DEFAULT && !dumps_stops_or_nothing(signo));
  if (read(sent[0], &byte, 1) == 1 && !atOnce) {
    let_others_run();
    before = waitpid(pid, &status, WNOHANG | WUNTRACED) != 0;
  }
  // It dies with its child still there, or only when that one has gone.
  if (!atOnce) close(go[1]);
  if (!before) waitpid(pid, &status, WUNTRACED);
  if (atOnce) close(go[1]);
  say("%d %s: %s, %s", signo, names[how], atOnce ? "at once" : before ? "too early" : "at its release", ending(status));
  if (WIFSTOPPED(status)) {
    kill(pid, SIGCONT);
    waitpid(pid, &status, 0);
  }
  close(sent[0]);
  close(go[0]);
}
int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  /* Whoever started us may ignore some: also of those that the C library keeps to itself. */
  static const long by_default[8];
  for (int signo = 1; signo <= 64; signo++) syscall(SYS_rt_sigaction, signo, by_default, 0, 8);
  for (int signo = 1; signo <= 64; signo++) {
    try(signo, DEFAULT);
    if (signo == SIGKILL || signo == SIGSTOP) continue;
    try(signo, CAUGHT);
    try(signo, IGNORED);
  }
  return 0;
}
