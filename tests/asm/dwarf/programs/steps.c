/* Lines to step through: a loop, calls, recursion, and both sides of a vfork. */
#include <stdio.h>
#include <unistd.h>
#include <stdlib.h>
#include <sys/wait.h>

static int twice(int x)
{
  int y = x * 2;
  return y;
}

static int fact(int n)
{
  if (n <= 1)
    return 1;
  return n * fact(n - 1);
}

int main(void)
{
  int i, sum = 0;
  for (i = 0; i < 3; i++)
    sum += twice(i);
  printf("%d %d\n", sum, fact(4));
  pid_t pid = vfork();
  if (pid == 0) {
    _exit(3);
  }
  int status;
  waitpid(pid, &status, 0);
  printf("%d\n", status);
  return 0;
}
