/* limits, nice values, names and the like are kept, checked and read back */
#include "../guest.h"
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

static const char *name(long result) { return result < 0 ? strerrorname_np(errno) : "ok"; }

int main(void) {
  struct rlimit64 limit, set = {64, 128};
  errno = 0;
  say("setrlimit %s", name(setrlimit64(RLIMIT_NOFILE, &set)));
  getrlimit64(RLIMIT_NOFILE, &limit);
  say("nofile %llu %llu", (unsigned long long)limit.rlim_cur, (unsigned long long)limit.rlim_max);
  set.rlim_cur = 200;
  say("soft above hard %s", name(setrlimit64(RLIMIT_NOFILE, &set)));
  say("no such resource %s", name(syscall(SYS_prlimit64, 0, 16, 0, &limit)));
  say("nobody %s", name(syscall(SYS_prlimit64, NOBODY, 0, 0, &limit)));
  set.rlim_cur = set.rlim_max = RLIM64_INFINITY;
  say("nofile without limit %s", name(setrlimit64(RLIMIT_NOFILE, &set)));
  setrlimit64(RLIMIT_FSIZE, &set);
  struct rlimit plain;
  getrlimit(RLIMIT_FSIZE, &plain);
  say("infinity %d", plain.rlim_cur == RLIM_INFINITY);

  setpriority(PRIO_PROCESS, 0, 0);
  errno = 0;
  int nice_value = getpriority(PRIO_PROCESS, 0);
  say("nice %d", nice_value);
  setpriority(PRIO_PROCESS, 0, 100);
  say("nice %d", getpriority(PRIO_PROCESS, 0));
  setpriority(PRIO_PROCESS, 0, 3);
  int result = nice(2);
  say("nice(2) %d", result);
  result = getpriority(3, 0);
  say("no such kind %s", name(result));
  result = getpriority(PRIO_PROCESS, NOBODY);
  say("nobody %s", name(result));

  char text[17] = {0};
  prctl(PR_SET_NAME, "a name that is too long");
  prctl(PR_GET_NAME, text);
  say("name '%s'", text);
  int signo = -1;
  say("pdeathsig %s", name(prctl(PR_SET_PDEATHSIG, SIGUSR2)));
  prctl(PR_GET_PDEATHSIG, &signo);
  say("pdeathsig %d", signo);
  result = prctl(PR_SET_PDEATHSIG, 65);
  say("pdeathsig 65 %s", name(result));
  result = prctl(99999, 0);
  say("no such option %s", name(result));
  say("dumpable %d", prctl(PR_GET_DUMPABLE));
  say("personality %#x", personality(0xffffffff));
  personality(ADDR_NO_RANDOMIZE);
  say("personality %#x", personality(0xffffffff));

  say("priorities %d %d %d", sched_get_priority_min(SCHED_FIFO), sched_get_priority_max(SCHED_RR),
      sched_get_priority_max(SCHED_OTHER));
  result = sched_get_priority_max(77);
  say("no such policy %s", name(result));
  say("scheduler %d", sched_getscheduler(0));
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  unsigned chosen = 0; /* the machine may give us some of its processors only */
  while (!CPU_ISSET(chosen, &cpus)) chosen++;
  CPU_ZERO(&cpus);
  CPU_SET(chosen, &cpus);
  result = sched_setaffinity(0, sizeof cpus, &cpus);
  say("affinity %s", name(result));
  sched_getaffinity(0, sizeof cpus, &cpus);
  say("that cpu only %d", CPU_ISSET(chosen, &cpus) && CPU_COUNT(&cpus) == 1);
  unsigned cpu = -1, node = -1;
  result = getcpu(&cpu, &node);
  say("getcpu %d, that cpu %d, a node %d", result, cpu == chosen, node != -1u);

  struct timespec now, resolution;
  result = clock_gettime(12345, &now);
  say("no such clock %s", name(result));
  clock_getres(CLOCK_MONOTONIC, &resolution);
  say("resolution %ld", (long)resolution.tv_nsec);
  int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_BOOTTIME, CLOCK_TAI};
  for (int i = 0; i < 6; i++) {
    struct timespec first, second;
    clock_gettime(clocks[i], &first);
    clock_gettime(clocks[i], &second);
    long long passed = (second.tv_sec - first.tv_sec) * 1000000000ll + second.tv_nsec - first.tv_nsec;
    say("clock %d runs %d", clocks[i], passed >= 0 && passed < 1000000000000);
  }
  struct timeval tv;
  clock_gettime(CLOCK_REALTIME, &now);
  gettimeofday(&tv, 0);
  time_t seconds = time(0);
  say("one time of day %d", tv.tv_sec - now.tv_sec <= 1000 && seconds - tv.tv_sec <= 1000);
  struct timespec past = {0, 0};
  say("absolute sleep into the past %d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, 0));
  past.tv_nsec = -1;
  say("wrong time %d", clock_nanosleep(CLOCK_MONOTONIC, 0, &past, 0));
  past.tv_nsec = 0;
  say("by a clock of the thread %d", (int)syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &past, 0) < 0 ? errno : 0);
  unsigned char bytes[40] = {0};
  say("getrandom %ld", (long)syscall(SYS_getrandom, bytes, 32, 0));
  say("no more than asked %d", bytes[32] == 0 && bytes[39] == 0);
  result = syscall(SYS_getrandom, bytes, 32, 8);
  say("wrong flag %s", name(result));
}
