/* clone3 with CLONE_VM and CLONE_VFORK is vfork, or runs a child on the stack it is given */
#include "nommu.h"
static volatile int data = 1;
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  struct clone_args small = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  tell("too small", SYS2(__NR_clone3, &small, 56));
  struct clone_args half = {.flags = CLONE_VM, .exit_signal = SIGCHLD, .stack = 4096};
  tell("stack without size", SYS2(__NR_clone3, &half, sizeof half));
  struct clone_args sighand = {.flags = CLONE_SIGHAND, .exit_signal = SIGCHLD};
  tell("CLONE_SIGHAND without CLONE_VM", SYS2(__NR_clone3, &sighand, sizeof sighand));
  struct clone_args same = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  long pid = SYS2(__NR_clone3, &same, sizeof same);
  if (pid == 0) {
    data = 2;
    _exit(31);
  }
  say("data %d", data);
  reap("no stack", pid);
  return 0;
}
