/* At the entry of a call a tracer may change it, or refuse it with a result of its own; at the exit it may change the result. */
#include "tracer.h"
#ifdef __arm__
#define SET_NR(pid, regs, nr) request(PTRACE_SET_SYSCALL, pid, 0, (unsigned long)(nr))
#ifndef PTRACE_SET_SYSCALL
#define PTRACE_SET_SYSCALL 23
#endif
#else
#define SET_NR(pid, regs, nr) (SYSCALL_NR(regs) = (nr), set_registers(pid, regs))
#endif
static void body(void) {
  say("close gives %ld", syscall(SYS_close, 1234));
  say("close gives %ld", syscall(SYS_close, 1234) == getppid() ? 1L : 0L);
  say("close gives %ld", syscall(SYS_close, 1234));
}
/* To the next entry of close. */
static void to_close(pid_t pid) {
  for (;;) {
    request(PTRACE_SYSCALL, pid, 0, 0);
    quietly(pid);
    struct ptrace_syscall_info info;
    ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof info, &info);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_close) return;
  }
}
int main(void) {
  pid_t pid = traced(body, PTRACE_O_TRACESYSGOOD);
  to_close(pid);
  request(PTRACE_SYSCALL, pid, 0, 0);
  quietly(pid);
  Regs regs = registers(pid);
  say("the call gave %ld", (long)RESULT(regs));
  RESULT(regs) = 77;
  set_registers(pid, regs);
  to_close(pid);
  regs = registers(pid);
  SET_NR(pid, regs, SYS_getppid);
  to_close(pid);
  regs = registers(pid);
  SET_NR(pid, regs, -1);
  request(PTRACE_SYSCALL, pid, 0, 0);
  quietly(pid);
  regs = registers(pid);
  RESULT(regs) = 12;
  set_registers(pid, regs);
  proceed("child", PTRACE_CONT, pid, 0);
  return 0;
}
