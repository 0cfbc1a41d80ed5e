/* Another unit. */
#include "shared.h"

int elsewhere(int a, int b)
{
  int c = inlined(a);


  c += b;
  return inlined(c);
}
