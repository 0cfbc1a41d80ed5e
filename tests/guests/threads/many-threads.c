/* Hundreds of threads live at once, and as many one after another. */
#include "threads.h"
enum { AT_ONCE = 300 };
static pthread_barrier_t all;
static int sum;
static void *runs(void *n) {
  if (n) pthread_barrier_wait(&all);
  __atomic_add_fetch(&sum, (int)(intptr_t)n, __ATOMIC_SEQ_CST);
  return n;
}
int main(void) {
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, 65536);
  static pthread_t threads[AT_ONCE];
  pthread_barrier_init(&all, 0, AT_ONCE + 1);
  for (intptr_t i = 0; i < AT_ONCE; i++)
    if (pthread_create(&threads[i], &attr, runs, (void *)(i + 1)) != 0) return 1;
  pthread_barrier_wait(&all);
  for (int i = 0; i < AT_ONCE; i++) pthread_join(threads[i], 0);
  say("%d", sum);
  for (int i = 0; i < 500; i++) pthread_join(start(runs, 0), 0);
  say("done");
  return 0;
}
