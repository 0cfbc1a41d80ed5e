/* A thread that calls execve goes on as the leader: its tracer hears of it under the leader's pid, with the old number as message */
#include "tracer.h"
static char self[200];
static int go[2];
static int runs(void *unused) {
  char *args[] = {self, "again", 0};
  (void)unused;
  execv(self, args);
  _exit(9);
}
static void body(void) {
  clone(runs, new_stack(), CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, 0);
  for (;;) pause();
}
int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) {
    say("the new program's thread is the process: %d", syscall(SYS_gettid) == getpid());
    return 3;
  }
  if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0 || pipe(go) != 0) return 1;
  pid_t pid = traced(body, PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE);
  proceed("leader", PTRACE_CONT, pid, 0);
  pid_t thread = message(pid);
  say("a thread: %d", thread > 0 && thread != pid);
  quietly(thread);
  request(PTRACE_CONT, pid, 0, 0);
  request(PTRACE_CONT, thread, 0, 0);
  int status;
  pid_t who = waitpid(-1, &status, __WALL);
  say_stop(who == pid ? "leader's pid" : who == thread ? "thread" : "?", status);
  say("message is the thread's number: %d", message(pid) == (unsigned long)thread);
  say("the thread is gone: %s", attempt(PTRACE_CONT, thread, 0, 0));
  request(PTRACE_CONT, pid, 0, 0);
  say_stop("leader's pid", quietly(pid));
  say("nobody else: %d", waitpid(-1, &status, __WALL) == -1 && errno == ECHILD);
  return 0;
}
