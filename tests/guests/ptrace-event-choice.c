/* The event is VFORK for CLONE_VFORK, else CLONE for an exit signal that is not SIGCHLD, else FORK. */
#include "tracer.h"
static void one(unsigned long flags) {
  pid_t pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  waitpid(pid, 0, __WALL);
}
static void body(void) {
  one(CLONE_VFORK | SIGUSR1);
  one(CLONE_VFORK | SIGCHLD);
  one(SIGUSR1);
  one(0);
  one(SIGCHLD);
  one(CLONE_UNTRACED | SIGCHLD);
}
static void follow(const char *title, unsigned long options) {
  signal(SIGUSR1, SIG_IGN);
  pid_t parent = traced(body, options);
  say("%s:", title);
  request(PTRACE_CONT, parent, 0, 0);
  for (int status;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) return;
    int is_signal = WIFSTOPPED(status) && status >> 16 == 0;
    if (pid == parent && !is_signal) say_stop("parent", status);
    if (!WIFSTOPPED(status)) continue;
    request(PTRACE_CONT, pid, 0, is_signal && WSTOPSIG(status) != SIGSTOP ? WSTOPSIG(status) : 0);
  }
}
int main(void) {
  follow("all", PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE);
  follow("only fork", PTRACE_O_TRACEFORK);
  follow("only clone", PTRACE_O_TRACECLONE);
  return 0;
}
