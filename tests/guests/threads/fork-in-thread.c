/* fork in a thread copies that thread alone, with its thread-local variables; every thread may wait for the child, unless __WNOTHREAD is set. */
#include "threads.h"
#ifndef __WNOTHREAD
#define __WNOTHREAD 0x20000000
#endif
static _Thread_local int value = 1;
static pid_t child;
static int gate[2];
static volatile int may_end;
static void *sleeps(void *unused) {
  here();
  pause();
  return unused;
}
static void *forks(void *unused) {
  value = 77;
  child = fork();
  if (child == 0) {
    char c;
    read(gate[0], &c, 1);
    say("child: thread id is pid %d, value %d", tid() == getpid(), value);
    say("child: its thread goes on");
    _exit(4);
  }
  here();
  while (!may_end) usleep(1000);
  return unused;
}
int main(void) {
  pipe(gate);
  start(sleeps, 0), asleep();
  pthread_t thread = start(forks, 0);
  arrived();
  int status;
  say("only own children: %s", result(waitpid(child, &status, __WNOTHREAD | __WALL)));
  write(gate[1], "", 1);
  reap("any thread's", child);
  may_end = 1;
  pthread_join(thread, 0);
  write(gate[1], "", 1);
  thread = start(forks, 0);
  arrived();
  pthread_join(thread, 0);
  pid_t back = waitpid(child, &status, __WNOTHREAD | __WALL);
  say("after its thread's end: inherited by another %d", back == child);
  say("none left: %s", result(waitpid(-1, &status, 0)));
  return 0;
}
