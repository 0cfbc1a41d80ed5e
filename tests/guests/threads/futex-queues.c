/* A bitset chooses whom a wake reaches, a requeue moves the rest, and WAKE_OP changes the second word and wakes by its old value. */
#include "threads.h"
static int a, b;
static volatile int woken[4];
struct who {
  int n, *word;
  unsigned bits;
};
static void *waits(void *what) {
  struct who *who = what;
  here();
  long back = futex(who->word, FUTEX_WAIT_BITSET_PRIVATE, 0, 0, 0, who->bits);
  woken[who->n] = back == 0 ? 1 : -1;
  return 0;
}
static pthread_t threads[4];
static struct who all[4];
static void wait_on(int n, int *word, unsigned bits) {
  all[n] = (struct who){n, word, bits};
  woken[n] = 0;
  threads[n] = start(waits, &all[n]);
  asleep();
}
/* `all_woken` of the threads have come back by then. */
static void show(const char *what, int all_woken, long count) {
  while (woken[0] + woken[1] + woken[2] + woken[3] < all_woken) usleep(1000);
  usleep(5000);
  say("%s: %s, woken %d %d %d %d", what, result(count), woken[0], woken[1], woken[2], woken[3]);
}
int main(void) {
  for (int i = 0; i < 4; i++) wait_on(i, &a, 1u << i);
  show("none of these bits", 0, futex(&a, FUTEX_WAKE_BITSET_PRIVATE, 9, 0, 0, 16));
  show("two of them", 2, futex(&a, FUTEX_WAKE_BITSET_PRIVATE, 9, 0, 0, 10));
  show("at most one", 3, futex(&a, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0));
  show("zero is one", 4, futex(&a, FUTEX_WAKE_PRIVATE, 0, 0, 0, 0));
  for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
  for (int i = 0; i < 4; i++) wait_on(i, &a, 1);
  show("wake one, move two", 1, futex(&a, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, &b, 0));
  show("left behind", 2, futex(&a, FUTEX_WAKE_PRIVATE, 9, 0, 0, 0));
  show("moved", 4, futex(&b, FUTEX_WAKE_PRIVATE, 9, 0, 0, 0));
  for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
  for (int i = 0; i < 3; i++) wait_on(i, &a, 1);
  woken[3] = 0;
  show("onto itself", 0, futex(&a, FUTEX_REQUEUE_PRIVATE, 0, (void *)2, &a, 0));
  wait_on(3, &b, 1);
  b = 3;
  show("add 4, old is not 4", 1, futex(&a, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &b, FUTEX_OP(FUTEX_OP_ADD, 4, FUTEX_OP_CMP_EQ, 4)));
  say("b %d", b);
  show("or 1<<3, old > 6", 4, futex(&a, FUTEX_WAKE_OP_PRIVATE, 9, (void *)1, &b,
                                 (unsigned)FUTEX_OP((FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT), 3, FUTEX_OP_CMP_GT, 6)));
  say("b %d", b);
  futex(&a, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &b, FUTEX_OP(FUTEX_OP_ANDN, 1, FUTEX_OP_CMP_EQ, 4));
  say("andn: b %d", b);
  futex(&a, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &b, FUTEX_OP(FUTEX_OP_XOR, 0xf, FUTEX_OP_CMP_EQ, 4));
  say("xor: b %d", b);
  futex(&a, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &b, FUTEX_OP(FUTEX_OP_SET, 0xfff, FUTEX_OP_CMP_LE, -1));
  say("set: b %d", b);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
  return 0;
}
