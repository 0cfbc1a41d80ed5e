/* A robust mutex whose owner ends goes to the next with EOWNERDEAD; it is whole again when that one says so, else ENOTRECOVERABLE. */
#include "threads.h"
static pthread_mutex_t *mutex;
static void make(void) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(mutex, &attr);
}
static volatile int may_die;
static void *dies(void *unused) {
  pthread_mutex_lock(mutex);
  here();
  while (!may_die) usleep(1000);
  return unused;
}
static void *waits(void *who) {
  here();
  int error = pthread_mutex_lock(mutex);
  say("%s: %s", (char *)who, strerrorname_np(error));
  if (error == EOWNERDEAD) pthread_mutex_consistent(mutex);
  if (error == 0 || error == EOWNERDEAD) pthread_mutex_unlock(mutex);
  return 0;
}
int main(void) {
  mutex = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  make();
  pthread_t owner = start(dies, 0);
  arrived();
  pthread_t waiter = start(waits, "waited while the owner died");
  asleep();
  may_die = 1;
  pthread_join(waiter, 0);
  pthread_join(owner, 0);
  waits("whole again");
  pthread_join(start(dies, 0), 0);
  arrived();
  waits("came after the owner's death");
  int fd[2];
  char byte;
  pipe(fd);
  pid_t pid = fork();
  if (pid == 0) {
    pthread_mutex_lock(mutex);
    write(fd[1], "", 1);
    wait_for_others();
    _exit(0);
  }
  read(fd[0], &byte, 1);
  waits("the owner was another process");
  reap("process", pid);
  pid = fork();
  if (pid == 0) {
    pthread_mutex_lock(mutex);
    execl("/none", "none", (char *)0);
    raise(SIGKILL);
  }
  reap("process", pid);
  say("not made consistent: %s", strerrorname_np(pthread_mutex_lock(mutex)));
  pthread_mutex_unlock(mutex);
  waits("for ever");
  return 0;
}
