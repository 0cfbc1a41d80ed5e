/* What a tracer writes into a child's code is what the child runs next, whatever it ran before */
#include "tracer.h"
static int counter;
__attribute__((noinline)) static void step(void) {
  asm volatile("" ::: "memory");
  counter++;
}
static void body(void) {
  for (int i = 0; i < 3; i++) {
    step();
    raise(SIGSTOP);
  }
  _exit(counter);
}
int main(void) {
  pid_t pid = traced(body, 0);
  proceed("once", PTRACE_CONT, pid, 0);
  long word = ptrace(PTRACE_PEEKTEXT, pid, (void *)step, 0);
  long trap = word;
  memcpy(&trap, &(int){BREAKPOINT}, BREAKPOINT_BYTES);
  request(PTRACE_POKETEXT, pid, (unsigned long)step, trap);
  proceed("breakpoint", PTRACE_CONT, pid, 0);
  Regs regs = registers(pid);
  request(PTRACE_POKETEXT, pid, (unsigned long)step, word);
  IP(regs) = (unsigned long)step;
  set_registers(pid, regs);
  proceed("twice", PTRACE_CONT, pid, 0);
  request(PTRACE_POKEDATA, pid, (unsigned long)&counter, 40);
  proceed("thrice", PTRACE_CONT, pid, 0);
  proceed("end", PTRACE_CONT, pid, 0);
}
