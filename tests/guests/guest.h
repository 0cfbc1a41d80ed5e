/* What the test guests share: lines written at once, and a few calls spelled out. */
#ifndef GUEST_H
#define GUEST_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* What fork or clone gives when it fails is, to kill, every process of the machine. */
__attribute__((unused)) static int kill_one(pid_t pid, int signo) {
  if (pid == -1) _exit(96);
  return kill(pid, signo);
}
#define kill(pid, signo) kill_one(pid, signo)

/* A line in one write, past stdio's buffers: legal enough in a vfork child. */
__attribute__((format(printf, 1, 2), unused)) static void say(const char *format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line - 1, format, values);
  va_end(values);
  line[length] = '\n';
  if (write(1, line, length + 1) != length + 1) _exit(99);
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
  if (pid <= 0) say("%s: no child: %s", who, strerrorname_np(errno));
  else if (waitpid(pid, &status, __WALL) != pid) say("%s: waitpid: %s", who, strerrorname_np(errno));
  else say_status(who, status);
}

/* Give others the CPU often enough for them to do whatever they can do. */
__attribute__((unused)) static void let_others_run(void) {
  for (int i = 0; i < 200; i++) sched_yield();
}

/* Wait until that thread of process `pid` sleeps, as /proc tells; D waits for a page or a lock, which is no sleep. */
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
    if (end && end[2] != 'R' && end[2] != 'D') return;
    usleep(2000);
  }
}

/* A user of whom no other process of the machine is, where what counts is how many are. */
__attribute__((unused)) static uid_t own_user(void) { return 10000 + getpid() % 50000; }

/* The number of no process: beyond the highest that Linux gives. */
#define NOBODY 0x7000000

/* Can the kernel read (write) a byte there? The answer comes without a fault in user space. */
__attribute__((unused)) static int readable(const void *at) {
  int fd[2];
  if (pipe(fd) != 0) _exit(99);
  int ok = write(fd[1], at, 1) == 1;
  close(fd[0]);
  close(fd[1]);
  return ok;
}
__attribute__((unused)) static int writable(void *at) {
  int fd[2];
  if (pipe(fd) != 0 || write(fd[1], "", 1) != 1) _exit(99);
  int ok = read(fd[0], at, 1) == 1;
  close(fd[0]);
  close(fd[1]);
  return ok;
}

/* A stack for a clone child: its highest address. */
__attribute__((unused)) static void *new_stack(void) {
  enum { LENGTH = 65536 };
  char *low = mmap(0, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (low == MAP_FAILED) _exit(99);
  return low + LENGTH;
}

/* What a call returns, and its errno when it fails. */
#define TRY(what, call)                                                                  \
  do {                                                                                   \
    errno = 0;                                                                           \
    long result_ = (long)(call);                                                         \
    if (result_ == -1 && errno) say("%s: %s", what, strerrorname_np(errno));             \
    else say("%s: %ld", what, result_);                                                  \
  } while (0)
#endif
