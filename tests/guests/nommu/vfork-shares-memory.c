/* a vfork child stores into its parent's data, stack and break */
#include "nommu.h"
static int data = 1;
static int zero;
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  volatile int local = 1;
  char *page = anonymous(PAGE);
  long pid = vfork();
  if (pid == 0) {
    data = 2;
    zero = 3;
    local = 4;
    page[100] = 5;
    _exit(6);
  }
  say("data %d, bss %d, stack %d, mapping %d", data, zero, local, page[100]);
  reap("child", pid);
  return 0;
}
