/* PTRACE_SYSCALL stops at both ends of a call, and PTRACE_GET_SYSCALL_INFO tells which, with number, arguments and result. */
#include "tracer.h"
static void body(void) {
  syscall(SYS_close, 1234);
  syscall(SYS_getppid);
  _exit(5);
}
int main(void) {
  pid_t pid = traced(body, PTRACE_O_TRACESYSGOOD);
  for (;;) {
    request(PTRACE_SYSCALL, pid, 0, 0);
    int status = quietly(pid);
    say_stop("child", status);
    if (!WIFSTOPPED(status)) return 0;
    struct ptrace_syscall_info info;
    long size = ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof info, &info);
    const char *name = "?";
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      name = info.entry.nr == SYS_close ? "close" : info.entry.nr == SYS_getppid ? "getppid" : "exit_group";
      if (info.entry.nr == SYS_rt_sigprocmask || info.entry.nr == SYS_gettid) continue;
      say("  %ld bytes: entry of %s(%lld)", size, name, info.entry.nr == SYS_getppid ? 0 : (long long)info.entry.args[0]);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
      long long rval = info.exit.rval;
      say("  %ld bytes: exit %lld, error %d", size, rval == getpid() ? 1 : rval, info.exit.is_error);
    } else say("  op %d", info.op);
    say("  message %lu", message(pid));
  }
}
