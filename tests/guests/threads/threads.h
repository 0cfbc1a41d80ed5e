/* What the thread guests share beside guest.h: who has come where, raw futexes. */
#ifndef THREADS_H
#define THREADS_H
#include "../guest.h"
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

/* The result of a call, or its errno's name. */
__attribute__((unused)) static const char *result(long value) {
  static _Thread_local char text[32];
  if (value == -1) return strerrorname_np(errno);
  snprintf(text, sizeof text, "%ld", value);
  return text;
}

__attribute__((unused)) static pid_t tid(void) { return syscall(SYS_gettid); }

/* Wait until that thread of ours is gone: it wakes who joins it a little before that. */
__attribute__((unused)) static void until_gone(pid_t thread) {
  while (syscall(SYS_tgkill, getpid(), thread, 0) == 0) usleep(1000);
}

/* A thread tells its id with `here`, and another waits for that with `arrived`, and for its sleep with `asleep`. */
__attribute__((unused)) static volatile pid_t here_tid;
__attribute__((unused)) static void here(void) { here_tid = tid(); }
__attribute__((unused)) static pid_t arrived(void) {
  while (!here_tid) usleep(2000);
  pid_t it = here_tid;
  here_tid = 0;
  return it;
}
__attribute__((unused)) static pid_t asleep(void) {
  pid_t it = arrived();
  usleep(2000);
  until_asleep(getpid(), it);
  return it;
}

/* Long enough for other threads to do what they would do wrong. Nothing that they have to do may depend on it. */
__attribute__((unused)) static void wait_for_others(void) { usleep(30000); }

/* The kernel's old struct timespec: words. */
struct words_time {
  long tv_sec, tv_nsec;
};

__attribute__((unused)) static long futex(void *word, int op, unsigned value, const void *time, void *word2,
                                          unsigned value3) {
  return syscall(SYS_futex, word, op, value, time, word2, value3);
}

__attribute__((unused)) static pthread_t start(void *(*run)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, 0, run, argument) != 0) _exit(98);
  return thread;
}

/* Run `body` in a child process and say how it ended. */
__attribute__((unused)) static void in_child(const char *who, void (*body)(void)) {
  pid_t pid = fork();
  if (pid == 0) {
    body();
    _exit(0);
  }
  reap(who, pid);
}
#endif
