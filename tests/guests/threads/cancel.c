/* pthread_cancel ends a thread at a cancellation point, with its cleanup handlers, or where it is when it is asynchronous; not while it is disabled. */
#include "threads.h"
static void cleanup(void *text) { say("cleanup %s", (char *)text); }
static void *sleeps(void *unused) {
  here();
  pthread_cleanup_push(cleanup, "outer");
  pthread_cleanup_push(cleanup, "inner");
  sleep(1000);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return unused;
}
static void *reads(void *fd) {
  char byte;
  here();
  pthread_cleanup_push(cleanup, "reader");
  read(*(int *)fd, &byte, 1);
  pthread_cleanup_pop(0);
  return 0;
}
static volatile int spun, asked;
static void *spins(void *unused) {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0);
  here();
  for (;;) spun++;
  return unused;
}
static void *refuses(void *unused) {
  (void)unused;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, 0);
  here();
  while (!asked) usleep(1000);
  say("still there");
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, 0);
  pthread_testcancel();
  say("never");
  return 0;
}
static void end(const char *who, pthread_t thread) {
  void *value;
  arrived();
  wait_for_others();
  pthread_cancel(thread);
  asked = 1;
  pthread_join(thread, &value);
  asked = 0;
  say("%s: %s", who, value == PTHREAD_CANCELED ? "cancelled" : "returned");
}
int main(void) {
  int fd[2];
  pipe(fd);
  end("sleep", start(sleeps, 0));
  end("read", start(reads, &fd[0]));
  end("loop", start(spins, 0));
  end("disabled", start(refuses, 0));
  return 0;
}
