/* A breakpoint poked into code stops who runs it, not another process with the same code; taken out, the old code runs. */
#include "tracer.h"
__attribute__((noinline)) static int target(int value) {
  __asm__ volatile("" : "+r"(value));
  return value * 3;
}
static void body(void) {
  int before = target(1);
  kill(getpid(), SIGUSR1);
  for (int i = 0; i < 3; i++) before += target(2);
  say("  sum %d", before);
}
int main(void) {
  pid_t pid = traced(body, 0), other = traced(body, 0);
  request(PTRACE_CONT, other, 0, 0);
  quietly(other);
  proceed("child", PTRACE_CONT, pid, 0);
  unsigned long at = (unsigned long)target;
  long code = ptrace(PTRACE_PEEKTEXT, pid, (void *)at, 0);
  long patched = code;
  memcpy(&patched, &(unsigned){BREAKPOINT}, BREAKPOINT_BYTES);
  request(PTRACE_POKETEXT, pid, at, patched);
  proceed("the other", PTRACE_CONT, other, 0);
  for (int i = 0; i < 2; i++) {
    proceed("child", PTRACE_CONT, pid, 0);
    Regs regs = registers(pid);
    siginfo_t info;
    request(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info);
    unsigned long hit = IP(regs) - (BREAKPOINT_BYTES == 1);
    say("at the breakpoint: %d", hit == at);
    IP(regs) = at;
    set_registers(pid, regs);
    request(PTRACE_POKETEXT, pid, at, code);
    if (i == 1) break;
    /* Run to the next call: put it back once the function has begun. */
    request(PTRACE_POKETEXT, pid, at, code);
    Regs behind = regs;
    unsigned long back;
#if defined(__arm__)
    back = behind.uregs[14];
#else
    back = ptrace(PTRACE_PEEKDATA, pid, (void *)SP(behind), 0);
#endif
    long there = ptrace(PTRACE_PEEKTEXT, pid, (void *)back, 0), stop = there;
    memcpy(&stop, &(unsigned){BREAKPOINT}, BREAKPOINT_BYTES);
    request(PTRACE_POKETEXT, pid, back, stop);
    proceed("child, back from it", PTRACE_CONT, pid, 0);
    regs = registers(pid);
    say("result %ld", (long)RESULT(regs));
    IP(regs) = back;
    set_registers(pid, regs);
    request(PTRACE_POKETEXT, pid, back, there);
    request(PTRACE_POKETEXT, pid, at, patched);
  }
  proceed("child", PTRACE_CONT, pid, 0);
  return 0;
}
