/* two processes of one FDPIC program share its text and have data of their own */
#include "nommu.h"
static volatile int data = 1;
static unsigned long parse(const char *text) {
  unsigned long value = 0;
  for (; *text; text++) value = value * 16 + (unsigned long)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
  return value;
}
int main(int argc, char **argv, char **envp) {
  (void)envp;
  const unsigned long *segment = (const unsigned long *)(entry_r7 + 4);
  if (argc > 1) {
    data = 9;
    say("same text: %d, other data: %d", segment[0] == parse(argv[1]), segment[3] != parse(argv[2]));
    return 0;
  }
  char text[12], start[12];
  *put_number(text, segment[0], 16) = 0;
  *put_number(start, segment[3], 16) = 0;
  const char *arguments[] = {"again", text, start, 0}, *environment[] = {0};
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
