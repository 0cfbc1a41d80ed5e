/* clone3 with CLONE_VM and CLONE_VFORK is vfork, or runs a child on the stack it is given */
#include "nommu.h"
static volatile int data = 1;
/* With no stack of its own the child must not take words off the one it shares, as sys6 does on i386. */
static inline long clone3(struct clone_args *how) {
#ifdef __i386__
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "0"(__NR_clone3), "b"(how), "c"(sizeof *how) : "memory");
  return result;
#else
  return SYS2(__NR_clone3, how, sizeof *how);
#endif
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  struct clone_args small = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  tell("too small", SYS2(__NR_clone3, &small, 56));
  struct clone_args half = {.flags = CLONE_VM, .exit_signal = SIGCHLD, .stack = 4096};
  tell("stack without size", SYS2(__NR_clone3, &half, sizeof half));
  struct clone_args sighand = {.flags = CLONE_SIGHAND, .exit_signal = SIGCHLD};
  tell("CLONE_SIGHAND without CLONE_VM", SYS2(__NR_clone3, &sighand, sizeof sighand));
  struct clone_args same = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  long pid = clone3(&same);
  if (pid == 0) {
    data = 2;
    _exit(31);
  }
  say("data %d", data);
  reap("no stack", pid);
  return 0;
}
