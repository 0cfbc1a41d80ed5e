/* a bFLT program's data, bss and stack lie in that order, zero where the file says nothing, and the break is what is left */
#include "nommu.h"
static int data = 1;
static char zeros[5000];
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  volatile int local = 0;
  say("bss is zero: %d", count(zeros, 0, sizeof zeros) == sizeof zeros);
  char *now = (char *)SYS1(__NR_brk, 0);
  say("data < bss < break < stack: %d %d %d", (char *)&data < zeros, zeros + sizeof zeros <= now, now < (char *)&local);
  say("the break is behind bss: %d", now - (zeros + sizeof zeros) < 8);
  long room = (char *)at_entry - now;
  say("stack and break hold the 8192 bytes asked for, and less than two pages more: %d", room >= 8192 - 512 && room < 8192 + 8192);
  say("zero up to the stack: %d", count(now, 0, 4096) == 4096);
  return (int)local;
}
