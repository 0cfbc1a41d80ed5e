/* Functions of many shapes: static ones, recursion, loops, inlined code, frames of changing size. */
#include <stdio.h>
#include <string.h>
#include "shared.h"

static int twice(int x)
{
  int y = x * 2;
  return y;
}

static __attribute__((noinline)) int fact(int n)
{
  if (n <= 1)
    return 1;
  return n * fact(n - 1);
}

__attribute__((noinline)) int changing(int n)
{
  char buffer[n];
  memset(buffer, n, n);
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += buffer[i];
  return sum;
}

int main(int argc, char **argv)
{
  int sum = 0;
  for (int i = 0; i < 3; i++) {
    sum += twice(i + argc);
    sum += elsewhere(sum, i);
  }
  switch (argc) {
    case 1: sum++; break;
    case 2: sum--; break;
    case 3: sum *= 3; break;
    default: sum = fact(argc);
  }
  printf("%d %d %s\n", sum + fact(4), changing(argc + 9), argv[argc]);
  return 0;
}
