/* RLIMIT_NPROC is EAGAIN for fork of a user, not of root */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  struct rlimit limit = {1, 1};
  setrlimit(RLIMIT_NPROC, &limit);
  pid_t child = fork();
  if (child == 0) _exit(0);
  reap("root's child", child);
  setuid(own_user());
  TRY("fork", fork());
}
