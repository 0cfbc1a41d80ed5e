/* RLIMIT_NPROC counts threads: pthread_create is EAGAIN at the limit, and works again when a thread has ended. */
#include "threads.h"
static void *waits(void *fd) {
  char byte;
  read(*(int *)fd, &byte, 1);
  return 0;
}
static int try_one(int *fd) {
  pthread_t thread;
  return pthread_create(&thread, 0, waits, fd);
}
int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    int fd[2];
    pipe(fd);
    if (setuid(own_user()) != 0) _exit(1);
    struct rlimit limit = {4, 4};
    setrlimit(RLIMIT_NPROC, &limit);
    for (int i = 0; i < 4; i++) say("thread %d: %s", i, strerrorname_np(try_one(fd)));
    write(fd[1], "", 1);
    int error;
    while ((error = try_one(fd)) == EAGAIN) usleep(1000);
    say("after an end: %s", strerrorname_np(error));
    _exit(0);
  }
  reap("process", pid);
  return 0;
}
