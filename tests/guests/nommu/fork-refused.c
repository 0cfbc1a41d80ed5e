/* fork without an MMU is EINVAL, whatever the program */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  tell("fork", SYS0(__NR_fork));
  tell("fork again", SYS0(__NR_fork));
  tell("wait4", SYS4(__NR_wait4, -1, 0, 0, 0));
  return 0;
}
