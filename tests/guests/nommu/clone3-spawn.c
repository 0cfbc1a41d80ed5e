/* clone3 with CLONE_VM and CLONE_VFORK runs a child on the stack it is given */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  struct clone_args small = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  tell("too small", SYS2(__NR_clone3, &small, 56));
  struct clone_args half = {.flags = CLONE_VM, .exit_signal = SIGCHLD, .stack = 4096};
  tell("stack without size", SYS2(__NR_clone3, &half, sizeof half));
  struct clone_args sighand = {.flags = CLONE_SIGHAND, .exit_signal = SIGCHLD};
  tell("CLONE_SIGHAND without CLONE_VM", SYS2(__NR_clone3, &sighand, sizeof sighand));
  return 0;
}
