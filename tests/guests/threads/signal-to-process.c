/* A signal sent to the process goes to a thread that does not block it, to the first one by preference, and waits while all block it. */
#include "threads.h"
static volatile pid_t handler_tid;
static void handler(int signo) { (void)signo, handler_tid = tid(); }
static volatile int leave;
static pthread_barrier_t both;
static void mask(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(how, &set, 0);
}
static void *runs(void *unused) {
  here();
  while (!leave) usleep(1000);
  mask(SIG_BLOCK);
  pthread_barrier_wait(&both);
  pthread_barrier_wait(&both);
  sigset_t pending;
  sigpending(&pending);
  say("pending for the other thread too: %d", sigismember(&pending, SIGUSR1));
  mask(SIG_UNBLOCK);
  say("taken by who unblocks: %d", handler_tid == tid());
  return unused;
}
static pid_t handled(void) {
  while (!handler_tid) usleep(1000);
  pid_t by = handler_tid;
  handler_tid = 0;
  return by;
}
int main(void) {
  pthread_barrier_init(&both, 0, 2);
  signal(SIGUSR1, handler);
  pthread_t thread = start(runs, 0);
  pid_t other = arrived();
  kill(getpid(), SIGUSR1);
  say("first thread by preference: %d", handled() == tid());
  mask(SIG_BLOCK);
  kill(getpid(), SIGUSR1);
  say("the one that does not block it: %d", handled() == other);
  leave = 1;
  pthread_barrier_wait(&both);
  kill(getpid(), SIGUSR1);
  wait_for_others();
  say("all block it: handled %d", handler_tid != 0);
  pthread_barrier_wait(&both);
  pthread_join(thread, 0);
  return 0;
}
