/* RUSAGE_CHILDREN, times and wait4 tell what children have used, once they have been waited for */
#include "guest.h"
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
static void work(void) {
  struct timespec now;
  do {
    for (volatile int i = 0; i < 300000; i++) continue;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  } while (now.tv_sec == 0 && now.tv_nsec < 60000000);
  char *p = mmap(0, 500 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(p, 500 * 4096, MADV_NOHUGEPAGE);
  for (int i = 0; i < 500; i++) p[i * 4096] = 1;
  /* Some are over before they have begun. */
  for (int i = 0; i < 200; i++) nanosleep(&(struct timespec){0, 1000}, 0);
}
static long used(const struct rusage *usage) {
  return usage->ru_utime.tv_sec * 1000 + usage->ru_utime.tv_usec / 1000 + usage->ru_stime.tv_sec * 1000 + usage->ru_stime.tv_usec / 1000;
}
static void show(const char *what, const struct rusage *usage) {
  say("%s: time %d, faults %d, sleeps %d, resident %d", what, used(usage) >= 50, usage->ru_minflt >= 500, usage->ru_nvcsw >= 20,
      usage->ru_maxrss >= 1000);
}
int main(void) {
  struct rusage usage;
  struct tms tms;
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) {
      work();
      _exit(0);
    }
    waitpid(grandchild, 0, 0);
    getrusage(RUSAGE_SELF, &usage);
    say("a parent has not used it itself: %d", used(&usage) < 50);
    getrusage(RUSAGE_CHILDREN, &usage);
    show("child's children", &usage);
    _exit(0);
  }
  getrusage(RUSAGE_CHILDREN, &usage);
  show("before the wait", &usage);
  siginfo_t info;
  if (waitid(P_PID, child, &info, WEXITED | WNOWAIT) != 0) say("waitid fails");
  getrusage(RUSAGE_CHILDREN, &usage);
  show("after a look", &usage);
  memset(&usage, 0x55, sizeof usage);
  wait4(child, 0, 0, &usage);
  show("wait4", &usage);
  getrusage(RUSAGE_CHILDREN, &usage);
  show("after the wait", &usage);
  times(&tms);
  say("times: %d", tms.tms_cutime + tms.tms_cstime >= 1);
  signal(SIGCHLD, SIG_IGN);
  child = fork();
  if (child == 0) {
    work();
    work();
    _exit(0);
  }
  wait(0);
  long before = used(&usage);
  getrusage(RUSAGE_CHILDREN, &usage);
  say("who is not waited for counts: %d", used(&usage) > before);
}
