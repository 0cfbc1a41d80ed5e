/* pthread_join gives what the thread returned or passed to pthread_exit; a detached thread cannot be joined twice over. */
#include "threads.h"
static void *returns(void *value) { return value; }
static void *exits(void *value) { pthread_exit(value); }
static int done;
static void *sets(void *unused) {
  (void)unused;
  __atomic_store_n(&done, 1, __ATOMIC_SEQ_CST);
  return 0;
}
int main(void) {
  void *value;
  pthread_join(start(returns, (void *)11), &value);
  say("returned %d", (int)(intptr_t)value);
  pthread_join(start(exits, (void *)12), &value);
  say("exited %d", (int)(intptr_t)value);
  pthread_t late = start(returns, (void *)13);
  wait_for_others();
  pthread_join(late, &value);
  say("joined after its end %d", (int)(intptr_t)value);
  pthread_detach(start(sets, 0));
  while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST)) sched_yield();
  say("the detached one has run");
  wait_for_others();
  return 0;
}
