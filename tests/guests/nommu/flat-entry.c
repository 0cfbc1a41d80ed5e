/* a bFLT program starts with argc, argv and envp on its stack, and with no auxiliary vector */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  if (argc == 1) {
    const char *arguments[] = {"first", "second", "", "fourth", 0}, *environment[] = {"A=1", "BB=22", 0};
    long pid = vfork();
    if (pid == 0) {
      SYS3(__NR_execve, "/proc/self/exe", arguments, environment);
      _exit(1);
    }
    reap("child", pid);
    return 0;
  }
  say("argc %ld", at_entry[0]);
  say("argv is the fourth word: %d", argv == (char **)(at_entry + 3));
  say("envp is behind argv: %d", envp == argv + argc + 1);
  for (int i = 0; i <= argc; i++) say("argv[%d] %s", i, argv[i] ? argv[i] : "null");
  for (int i = 0; i < 3; i++) say("envp[%d] %s", i, envp[i] ? envp[i] : "null");
  say("strings follow the pointers: %d", argv[0] == (char *)(envp + 3));
  say("and each other: %d", argv[1] == argv[0] + 6 && envp[0] == argv[3] + 7 && envp[1] == envp[0] + 4);
  say("aligned to a word: %d", ((long)at_entry & 3) == 0);
  return 0;
}
