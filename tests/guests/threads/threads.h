/* What the thread guests share: lines written at once, errno by name, raw futexes. For glibc and musl. */
#ifndef THREADS_H
#define THREADS_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2), unused)) static void say(const char *format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line - 1, format, values);
  va_end(values);
  line[length] = '\n';
  if (write(1, line, length + 1) != length + 1) _exit(99);
}

__attribute__((unused)) static const char *name_of(int error) {
  static const struct {
    int number;
    const char *name;
  } names[] = {{0, "0"},           {EPERM, "EPERM"},         {ENOENT, "ENOENT"},       {ESRCH, "ESRCH"},
               {EINTR, "EINTR"},   {EBADF, "EBADF"},         {ECHILD, "ECHILD"},       {EAGAIN, "EAGAIN"}, {EMFILE, "EMFILE"},
               {ENOMEM, "ENOMEM"}, {EACCES, "EACCES"},       {EFAULT, "EFAULT"},       {EBUSY, "EBUSY"},
               {EEXIST, "EEXIST"}, {EINVAL, "EINVAL"},       {ENOSYS, "ENOSYS"},       {EDEADLK, "EDEADLK"},
               {E2BIG, "E2BIG"},   {ETIMEDOUT, "ETIMEDOUT"}, {EOWNERDEAD, "EOWNERDEAD"}, {ENOEXEC, "ENOEXEC"},
               {ENOTRECOVERABLE, "ENOTRECOVERABLE"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].number == error) return names[i].name;
  return "another error";
}

/* The result of a call, or its errno's name. */
__attribute__((unused)) static const char *result(long value) {
  static _Thread_local char text[32];
  if (value == -1) return name_of(errno);
  snprintf(text, sizeof text, "%ld", value);
  return text;
}

__attribute__((unused)) static void say_status(const char *who, int status) {
  if (WIFEXITED(status)) say("%s: exited %d", who, WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) say("%s: killed by signal %d", who, WTERMSIG(status));
  else if (WIFSTOPPED(status)) say("%s: stopped by signal %d", who, WSTOPSIG(status));
  else if (WIFCONTINUED(status)) say("%s: continued", who);
  else say("%s: status %#x", who, status);
}

/* Wait for that child and say how it ended. */
__attribute__((unused)) static void reap(const char *who, pid_t pid) {
  int status = 0;
  if (pid <= 0) say("%s: no child: %s", who, name_of(errno));
  else if (waitpid(pid, &status, __WALL) != pid) say("%s: waitpid: %s", who, name_of(errno));
  else say_status(who, status);
}

__attribute__((unused)) static pid_t tid(void) { return syscall(SYS_gettid); }

/* Wait until that thread of process `pid` sleeps, as /proc tells. */
__attribute__((unused)) static void until_asleep(pid_t pid, pid_t thread) {
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, (int)thread);
  for (;;) {
    int fd = open(path, O_RDONLY);
    long length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return;
    text[length] = 0;
    char *end = strrchr(text, ')');
    if (end && end[2] != 'R') return;
    usleep(2000);
  }
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

/* Long enough for every other thread to do what it can do. */
__attribute__((unused)) static void let_others_run(void) { usleep(30000); }

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

/* A stack for a clone child: its highest address. */
__attribute__((unused)) static void *new_stack(void) {
  enum { LENGTH = 65536 };
  char *low = mmap(0, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (low == MAP_FAILED) _exit(99);
  return low + LENGTH;
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
