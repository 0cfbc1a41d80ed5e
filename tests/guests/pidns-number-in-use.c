/* A number is taken as long as a process, a group or a session has it, and free again after that */
#include "guest.h"
#include <linux/sched.h>
static pid_t with_tid(int tid) {
  struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (unsigned long)&tid, .set_tid_size = 1};
  return syscall(SYS_clone3, &args, sizeof args);
}
static void try(const char *what, int tid) {
  pid_t child = with_tid(tid);
  if (child == 0) _exit(0);
  say("%s: %s", what, child > 0 ? "born" : strerrorname_np(errno));
  if (child > 0) waitpid(child, 0, 0);
}
int main(void) {
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init != 0) {
    reap("init", init);
    return 0;
  }
  int stay[2];
  char byte;
  pipe(stay);
  pid_t leader = with_tid(77);
  if (leader == 0) {
    setsid();
    pid_t member = fork();
    if (member == 0) {
      close(stay[1]);
      read(stay[0], &byte, 1);
      setsid();
      _exit(0);
    }
    _exit(0);
  }
  reap("leader", leader);
  try("its group lives", 77);
  TRY("the group", kill(-77, 0));
  close(stay[1]);
  while (waitpid(-1, 0, 0) > 0) continue;
  TRY("the group", kill(-77, 0));
  try("free", 77);
  try("free again", 77);
  _exit(0);
}
