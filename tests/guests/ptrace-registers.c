/* GETREGS, GETREGSET and PEEKUSER show the same registers, and what SETREGS, SETREGSET and POKEUSER write is what runs on. */
#include "tracer.h"
static void lost(void) {
  say("the child runs where it was sent");
  _exit(4);
}
static void body(void) { kill(getpid(), SIGUSR1); }
int main(void) {
  pid_t pid = traced(body, 0);
  proceed("child", PTRACE_CONT, pid, 0);
  Regs regs = registers(pid), set = {0};
  struct iovec part = {&set, sizeof set};
  request(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&part);
  say("a set is all: %d, and the same: %d", part.iov_len == sizeof regs, memcmp(&regs, &set, sizeof regs) == 0);
  int same = 1;
  for (size_t i = 0; i < sizeof regs / sizeof(long); i++) {
    errno = 0;
    same &= ptrace(PTRACE_PEEKUSER, pid, (void *)(i * sizeof(long)), 0) == ((long *)&regs)[i] && errno == 0;
  }
  say("one by one too: %d", same);
  struct iovec few = {&set, 2 * sizeof(long)};
  memset(&set, 0x55, sizeof set);
  request(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&few);
  say("two of them: %d", memcmp(&regs, &set, 2 * sizeof(long)) == 0 && ((unsigned char *)&set)[2 * sizeof(long)] == 0x55);
  few.iov_len = 3;
  say("three bytes: %s", attempt(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&few));
  say("an unknown set: %s", attempt(PTRACE_GETREGSET, pid, 0x7777, (unsigned long)&part));
  say("a crooked offset: %s", attempt(PTRACE_PEEKUSER, pid, 1, 0));
  say("far out: %s", attempt(PTRACE_PEEKUSER, pid, 4096, 0));
  IP(regs) = (unsigned long)lost;
  SP(regs) = (SP(regs) - 256) & ~63ul;
#ifdef __x86_64__
  SP(regs) -= 8;
#endif
#ifdef __arm__
  regs.uregs[16] &= ~0x20ul; /* out of Thumb */
#endif
#ifdef __i386__
  SP(regs) -= 4;
#endif
  set_registers(pid, regs);
  say("read back: %d", (unsigned long)IP(registers(pid)) == (unsigned long)lost);
  proceed("child", PTRACE_CONT, pid, 0);
  return 0;
}
