/* prctl keeps names, flags and slack, and refuses what makes no sense */
#include "guest.h"
#include <sys/prctl.h>
int main(void) {
  char name[16] = "";
  prctl(PR_SET_NAME, "a name that is too long");
  prctl(PR_GET_NAME, name);
  say("name: %s", name);
  TRY("dumpable", prctl(PR_GET_DUMPABLE));
  TRY("not dumpable", prctl(PR_SET_DUMPABLE, 0));
  TRY("dumpable", prctl(PR_GET_DUMPABLE));
  TRY("dumpable 2", prctl(PR_SET_DUMPABLE, 2));
  TRY("no new privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  TRY("no new privs 0", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  TRY("no new privs 1", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  TRY("no new privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  TRY("more arguments", prctl(PR_GET_NO_NEW_PRIVS, 0, 1, 0, 0));
  TRY("slack", prctl(PR_GET_TIMERSLACK));
  TRY("slack 7", prctl(PR_SET_TIMERSLACK, 7));
  TRY("slack", prctl(PR_GET_TIMERSLACK));
  TRY("timing", prctl(PR_GET_TIMING));
  TRY("keepcaps", prctl(PR_GET_KEEPCAPS));
  TRY("keepcaps 2", prctl(PR_SET_KEEPCAPS, 2));
  TRY("unknown", prctl(9999));
  pid_t child = fork();
  if (child == 0) {
    TRY("child's no new privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    TRY("child's slack", prctl(PR_GET_TIMERSLACK));
    _exit(0);
  }
  reap("child", child);
}
