/* A user may lower the hard limit and never raise it */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  setgid(1234);
  setuid(1234);
  struct rlimit limit = {100, 200};
  TRY("lower", setrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_max = 201;
  TRY("raise", setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){201, 200};
  TRY("soft above hard", setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){200, 200};
  TRY("soft to hard", setrlimit(RLIMIT_NOFILE, &limit));
  struct rlimit old;
  TRY("prlimit", prlimit(getpid(), RLIMIT_NOFILE, &(struct rlimit){5, 6}, &old));
  say("old: %d %d", (int)old.rlim_cur, (int)old.rlim_max);
  TRY("resource", getrlimit(99, &old));
}
