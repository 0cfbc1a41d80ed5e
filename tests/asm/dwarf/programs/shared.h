int elsewhere(int a, int b);

static inline __attribute__((always_inline)) int inlined(int x)
{
  int y = x + 1;
  return y * y;
}
