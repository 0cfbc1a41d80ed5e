/* Variables of many types, in nested scopes. */
#include <stdio.h>

enum colour { RED, GREEN = 5 };
typedef unsigned long counter;
struct pair { int a, b; };

static int look(const char *text, signed char small, unsigned short middle, long long big, double part)
{
  enum colour colour = GREEN;
  counter count = 3000000000u;
  struct pair pair = { 1, 2 };
  int hidden = -7;
  char letter = 'q';
  _Bool yes = 1;
  float half = 0.5f;
  int *to = &hidden;
  {
    int hidden = 8;
    pair.a += hidden;
  }
  return printf("%s %d %u %lld %f %d %lu %d %c %d %f %d\n", text, small, middle, big, part, colour, count, pair.a, letter, yes, half, *to);
}

int main(void)
{
  int outer = 4;
  return look("hello", -3, 65535, -1234567890123LL, 2.5) + outer > 100;
}
