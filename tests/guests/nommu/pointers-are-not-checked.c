/* a system call takes memory that was never mapped, for the kernel cannot tell */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *at = anonymous(2 * PAGE);
  int ends[2];
  SYS2(__NR_pipe2, ends, 0);
  at[PAGE] = 'u';
  tell("munmap", SYS2(__NR_munmap, at + PAGE, PAGE));
  tell("write from what is unmapped", SYS3(__NR_write, ends[1], at + PAGE, 1));
  char got;
  tell("read", SYS3(__NR_read, ends[0], &got, 1));
  return 0;
}
