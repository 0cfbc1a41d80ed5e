/* futex refuses a changed word, an unaligned or unreadable one, an empty bitset, a bad time and an unknown operation. */
#include "threads.h"
static int words[4] = {5, 5, 5, 5};
int main(void) {
  struct words_time soon = {0, 1000000}, past = {0, 0}, bad = {0, 1000000000}, negative = {-1, 0};
  say("changed: %s", result(futex(words, FUTEX_WAIT, 6, 0, 0, 0)));
  say("private, changed: %s", result(futex(words, FUTEX_WAIT_PRIVATE, 6, 0, 0, 0)));
  say("unaligned: %s", result(futex((char *)words + 1, FUTEX_WAIT, 5, 0, 0, 0)));
  say("unaligned wake: %s", result(futex((char *)words + 2, FUTEX_WAKE, 5, 0, 0, 0)));
  say("unmapped: %s", result(futex((void *)64, FUTEX_WAIT, 5, 0, 0, 0)));
  say("unmapped, private: %s", result(futex((void *)64, FUTEX_WAIT_PRIVATE, 5, 0, 0, 0)));
  say("unmapped wake: %s", result(futex((void *)64, FUTEX_WAKE, 5, 0, 0, 0)));
  say("unmapped wake, private: %s", result(futex((void *)64, FUTEX_WAKE_PRIVATE, 5, 0, 0, 0)));
  say("nobody there: %s", result(futex(words, FUTEX_WAKE, 1, 0, 0, 0)));
  say("in time: %s", result(futex(words, FUTEX_WAIT, 5, &soon, 0, 0)));
  say("no time: %s", result(futex(words, FUTEX_WAIT, 5, &past, 0, 0)));
  say("past instant: %s", result(futex(words, FUTEX_WAIT_BITSET, 5, &past, 0, FUTEX_BITSET_MATCH_ANY)));
  say("a second of ns: %s", result(futex(words, FUTEX_WAIT, 5, &bad, 0, 0)));
  say("negative time: %s", result(futex(words, FUTEX_WAIT, 5, &negative, 0, 0)));
  say("bad time, bad word: %s", result(futex((char *)words + 1, FUTEX_WAIT, 5, &bad, 0, 0)));
  say("unmapped time: %s", result(futex(words, FUTEX_WAIT, 5, (void *)64, 0, 0)));
  say("empty bitset: %s", result(futex(words, FUTEX_WAIT_BITSET, 5, 0, 0, 0)));
  say("empty bitset wake: %s", result(futex(words, FUTEX_WAKE_BITSET, 5, 0, 0, 0)));
  say("operation 99: %s", result(futex(words, 99, 5, 0, 0, 0)));
  say("FUTEX_FD: %s", result(futex(words, FUTEX_FD, 5, 0, 0, 0)));
  say("clock for wake: %s", result(futex(words, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 5, 0, 0, 0)));
  say("requeue -1: %s", result(futex(words, FUTEX_REQUEUE, 1, (void *)-1, words + 1, 0)));
  say("cmp_requeue changed: %s", result(futex(words, FUTEX_CMP_REQUEUE, 1, (void *)1, words + 1, 4)));
  say("wake_op 7: %s", result(futex(words, FUTEX_WAKE_OP, 1, (void *)1, words + 1, 7u << 28)));
  say("wake_op compare 9: %s", result(futex(words, FUTEX_WAKE_OP, 1, (void *)1, words + 1, 9 << 24)));
  return 0;
}
