/* Threads have a thread id each and share pid, parent, process group and session; the first one's id is the pid. */
#include "threads.h"
static pid_t ids[2], pid, parent, group, session;
static void *run(void *slot) {
  *(pid_t *)slot = tid();
  say("pid %d, parent %d, group %d, session %d", getpid() == pid, getppid() == parent, getpgrp() == group,
      getsid(0) == session);
  say("asked by thread id: group %d, session %d", getpgid(tid()) == group, getsid(tid()) == session);
  return 0;
}
int main(void) {
  pid = getpid(), parent = getppid(), group = getpgrp(), session = getsid(0);
  say("first thread: %d", pid == tid());
  for (int i = 0; i < 2; i++) pthread_join(start(run, &ids[i]), 0);
  say("all differ: %d", ids[0] != ids[1] && ids[0] != pid && ids[1] != pid);
  return 0;
}
