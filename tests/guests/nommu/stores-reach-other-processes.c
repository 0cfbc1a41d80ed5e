/* nothing keeps a program from the memory of another: a wild store is seen there */
#include "nommu.h"
static unsigned long parse(const char *text) {
  unsigned long value = 0;
  for (; *text; text++) value = value * 16 + (unsigned long)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
  return value;
}
static volatile int target = 1;
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    volatile int *other = (volatile int *)parse(argv[1]);
    say("another program reads %d, its own is %d", *other, target);
    *other = 42;
    return 0;
  }
  static char address[24];
  *put_number(address, (unsigned long)&target, 16) = 0;
  target = 7;
  long pid = vfork();
  if (pid == 0) {
    exec_self(address);
    _exit(1);
  }
  reap("other", pid);
  say("target %d", target);
  return 0;
}
