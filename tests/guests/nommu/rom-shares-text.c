/* two processes of a bFLT program that does not ask for RAM share its text, and have data of their own */
#include "nommu.h"
static volatile int data = 1;
static volatile char zeros[3000];
static unsigned long parse(const char *text) {
  unsigned long value = 0;
  for (; *text; text++) value = value * 16 + (unsigned long)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
  return value;
}
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    say("same text: %d, other data: %d, data %d", (unsigned long)main == parse(argv[1]), (unsigned long)&data != parse(argv[2]), data);
    data = 9;
    return 0;
  }
  char text[12], start[12];
  *put_number(text, (unsigned long)main, 16) = 0;
  *put_number(start, (unsigned long)&data, 16) = 0;
  const char *arguments[] = {"again", text, start, 0}, *environment[] = {0};
  say("bss is zero: %d, r10 is at data: %d", count((void *)zeros, 0, 3000) == 3000, (unsigned long)&data - entry_r10 < 64);
  say("data lies apart from text: %d", (((unsigned long)main ^ (unsigned long)&data) & -PAGE) != 0);
  long pid = vfork();
  if (pid == 0) {
    data = 2;
    SYS3(__NR_execve, "/proc/self/exe", arguments, environment);
    _exit(1);
  }
  reap("child", pid);
  say("data %d", data);
  return 0;
}
