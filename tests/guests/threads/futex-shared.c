/* A word in shared memory is one futex for all processes that map it; with FUTEX_PRIVATE_FLAG nobody else is reached. */
#include "threads.h"
static int *word;
static int waited, own;
static void *waits(void *unused) {
  here();
  waited = futex(&own, FUTEX_WAIT, 0, 0, 0, 0) == 0;
  return unused;
}
int main(void) {
  word = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = fork();
  if (pid == 0) {
    int *second = mremap(word, 0, 4096, MREMAP_MAYMOVE);
    say("child: %s", result(futex(second == MAP_FAILED ? word : second, FUTEX_WAIT, 0, 0, 0, 0)));
    _exit(0);
  }
  until_asleep(pid, pid);
  say("private wake: %s", result(futex(word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0)));
  long woken = futex(word, FUTEX_WAKE, 1, 0, 0, 0);
  reap("child", pid);
  say("wake: %s", result(woken));
  pthread_t thread = start(waits, 0);
  asleep();
  say("private wake in one process: %s", result(futex(&own, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0)));
  say("wake: %s", result(futex(&own, FUTEX_WAKE, 1, 0, 0, 0)));
  pthread_join(thread, 0);
  say("waited %d", waited);
  return 0;
}
