/* clone3's set_tid chooses a process's number on each level, the innermost first, and a namespace begins with 1 */
#include "guest.h"
#include <linux/sched.h>
static pid_t with_tids(long flags, const int *tids, int count) {
  struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD, .set_tid = (unsigned long)tids, .set_tid_size = count};
  return syscall(SYS_clone3, &args, sizeof args);
}
int main(void) {
  TRY("not 1 in a new namespace", with_tids(CLONE_NEWPID, (int[]){5}, 1));
  TRY("too many levels", with_tids(0, (int[]){30001, 30002}, 2));
  TRY("a number in use", with_tids(0, (int[]){getpid()}, 1));
  TRY("not a number", with_tids(0, (int[]){0}, 1));
  int wanted = 20000 + getpid() % 1000;
  pid_t child;
  do {
    wanted++; /* another process of this machine may have the number: it may even be our own */
    child = with_tids(CLONE_NEWPID, (int[]){1, wanted}, 2);
  } while (child < 0 && errno == EEXIST);
  if (child == 0) {
    pid_t second = with_tids(0, (int[]){77}, 1);
    if (second == 0) _exit(getpid());
    say("inside: %d", second);
    reap("second", second);
    _exit(getpid());
  }
  reap("child", child);
  say("outside: %s", child == wanted ? "the number asked for" : "another one");
}
