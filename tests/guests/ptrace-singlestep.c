/* PTRACE_SINGLESTEP runs one instruction and stops with SIGTRAP: the program counter goes where the program goes. */
#include "tracer.h"
__attribute__((noinline)) static int target(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    sum += i;
    __asm__ volatile("" : "+r"(sum));
  }
  return sum;
}
static void body(void) {
  kill(getpid(), SIGUSR1);
  _exit(target(10));
}
int main(void) {
  pid_t pid = traced(body, 0);
  proceed("child", PTRACE_CONT, pid, 0);
  int entered = 0, steps = 0, status = 0, odd = 0, stuck = 0;
  unsigned long last = 0;
  for (;;) {
    request(PTRACE_SINGLESTEP, pid, 0, 0);
    status = quietly(pid);
    if (!WIFSTOPPED(status)) break;
    siginfo_t info;
    request(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info);
    if (WSTOPSIG(status) != SIGTRAP || (info.si_code != TRAP_TRACE && info.si_code != TRAP_BRKPT)) odd++;
    unsigned long ip = IP(registers(pid));
    if ((unsigned long)info.si_addr != ip) odd++;
    if (ip == last) stuck++;
    last = ip;
    if (ip == (unsigned long)target) entered++;
    if (entered) steps++;
  }
  say("entered once: %d, odd stops %d, stuck %d", entered, odd, stuck);
  say("steps as many as the loop asks: %d", steps > 30 && steps < 400);
  say_status("child", status);
  return 0;
}
