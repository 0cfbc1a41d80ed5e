/* sched_setscheduler keeps policy and priority within what the caller may have */
#include "guest.h"
struct attr {
  unsigned size, policy;
  unsigned long long flags;
  int nice;
  unsigned priority;
  unsigned long long times[3];
  unsigned clamps[2];
};
int main(void) {
  struct sched_param param = {.sched_priority = 0};
  TRY("normal", sched_getscheduler(0));
  TRY("batch", sched_setscheduler(0, SCHED_BATCH, &param));
  TRY("is", sched_getscheduler(0));
  TRY("fifo 0", sched_setscheduler(0, SCHED_FIFO, &param));
  param.sched_priority = 5;
  TRY("batch 5", sched_setscheduler(0, SCHED_BATCH, &param));
  TRY("unknown", sched_setscheduler(0, 77, &param));
  TRY("negative", sched_setscheduler(0, -1, &param));
  TRY("nobody", sched_setscheduler(NOBODY, SCHED_FIFO, &param));
  TRY("fifo 5", sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param));
  TRY("is", sched_getscheduler(0));
  param.sched_priority = 0;
  sched_getparam(0, &param);
  say("priority %d", param.sched_priority);
  pid_t child = fork();
  if (child == 0) {
    TRY("child", sched_getscheduler(0));
    _exit(0);
  }
  reap("child", child);
  param.sched_priority = 6;
  TRY("setparam", sched_setparam(0, &param));
  struct attr attr;
  TRY("getattr", syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0));
  say("policy %u, flags %llu, nice %d, priority %u", attr.policy, attr.flags, attr.nice, attr.priority);
  TRY("short", syscall(SYS_sched_getattr, 0, &attr, 47, 0));
  attr = (struct attr){.size = sizeof attr, .policy = SCHED_OTHER, .nice = 3};
  TRY("setattr", syscall(SYS_sched_setattr, 0, &attr, 0));
  errno = 0;
  say("nice %d", nice(0));
  attr.size = 47;
  TRY("setattr short", syscall(SYS_sched_setattr, 0, &attr, 0));
  TRY("setattr flags", syscall(SYS_sched_setattr, 0, &attr, 1));
  setgid(1234);
  setuid(1234);
  TRY("user's fifo", sched_setscheduler(0, SCHED_FIFO, &param));
  param.sched_priority = 0;
  TRY("user's batch", sched_setscheduler(0, SCHED_BATCH, &param));
  struct timespec slice;
  TRY("interval", sched_rr_get_interval(NOBODY, &slice));
}
