/* A thread-local variable starts anew in each thread, and a change is seen by no other. */
#include "threads.h"
static _Thread_local int value = 7;
static _Thread_local char zero[100];
static pthread_barrier_t all;
static void *run(void *n) {
  int before = value + zero[99];
  value += (int)(intptr_t)n;
  zero[99] = value;
  pthread_barrier_wait(&all);
  return (void *)(intptr_t)(before * 1000 + value + zero[99]);
}
int main(void) {
  pthread_barrier_init(&all, 0, 5);
  pthread_t threads[5];
  for (intptr_t i = 0; i < 5; i++) threads[i] = start(run, (void *)i);
  for (int i = 0; i < 5; i++) {
    void *back;
    pthread_join(threads[i], &back);
    say("%d", (int)(intptr_t)back);
  }
  say("main %d %d", value, zero[99]);
  return 0;
}
