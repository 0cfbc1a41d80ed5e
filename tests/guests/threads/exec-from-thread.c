/* execve in any thread ends the others; the caller goes on alone as the first thread, under the process's id. */
#include "threads.h"
static void *sleeps(void *unused) {
  here();
  pause();
  return unused;
}
static void *spins(void *unused) {
  here();
  for (;;) sched_yield();
  return unused;
}
static void go(const char *what) {
  char pid[16];
  snprintf(pid, sizeof pid, "%d", (int)getpid());
  char *arguments[] = {"guest", (char *)what, pid, 0};
  execv("/proc/thread-self/exe", arguments);
}
static void *execs(void *what) {
  go(what);
  return 0;
}
static void *fails(void *unused) {
  execl("/none", "none", (char *)0);
  say("failed exec: %s, others live", strerrorname_np(errno));
  return unused;
}
static void leader(void) {
  start(sleeps, 0), asleep();
  start(spins, 0), arrived();
  go("by the first thread");
}
static void other(void) {
  start(sleeps, 0), asleep();
  start(spins, 0), arrived();
  pthread_join(start(fails, 0), 0);
  pthread_join(start(execs, "by another thread"), 0);
}
static void *execs_late(void *what) {
  char path[32], text[256] = "", *state;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)getpid());
  do {
    int fd = open(path, O_RDONLY);
    read(fd, text, 255);
    close(fd);
    state = strrchr(text, ')');
  } while (state && state[2] != 'Z');
  go(what);
  say("failed: %s", strerrorname_np(errno));
  return 0;
}
static void after_leader(void) {
  start(execs_late, "behind the first thread's end");
  pthread_exit(0);
}
int main(int argc, char **argv) {
  if (argc > 2) {
    int tasks = 0;
    for (pid_t id = atoi(argv[2]); id < atoi(argv[2]) + 8; id++) tasks += syscall(SYS_tgkill, getpid(), id, 0) == 0;
    say("%s: pid kept %d, thread id is the pid %d, threads %d", argv[1], getpid() == atoi(argv[2]), tid() == getpid(), tasks);
    return 7;
  }
  in_child("first thread", leader);
  in_child("another thread", other);
  in_child("the first has ended", after_leader);
  return 0;
}
