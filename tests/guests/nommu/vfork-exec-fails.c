/* an exec that fails leaves the vfork child where it was, in the parent's memory */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  static volatile long errors[5];
  char *none[] = {0};
  SYS1(__NR_close, new_file("/tmp/empty", "", 0));
  SYS1(__NR_close, new_file("/tmp/text", "hello, world\n", 13));
  SYS2(__NR_chmod, "/tmp/empty", 0755);
  long pid = vfork();
  if (pid == 0) {
    errors[0] = SYS3(__NR_execve, "/none", none, none);
    errors[1] = SYS3(__NR_execve, "/tmp", none, none);
    errors[2] = SYS3(__NR_execve, "/tmp/empty", none, none);
    errors[3] = SYS3(__NR_execve, "/tmp/text", none, none);
    errors[4] = SYS3(__NR_execve, "/tmp/text/x", none, none);
    _exit(3);
  }
  tell("no such file", errors[0]);
  tell("directory", errors[1]);
  tell("empty file", errors[2]);
  tell("text", errors[3]);
  tell("below a file", errors[4]);
  reap("child", pid);
  return 0;
}
