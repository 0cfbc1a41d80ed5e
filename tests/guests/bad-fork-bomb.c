/* A fork bomb ends at RLIMIT_NPROC with EAGAIN */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  struct rlimit limit = {12, 12};
  setrlimit(RLIMIT_NPROC, &limit);
  setuid(own_user());
  int gate[2], children = 0;
  pipe(gate);
  for (;;) {
    pid_t child = fork();
    if (child < 0) break;
    if (child == 0) {
      char c;
      close(gate[1]);
      read(gate[0], &c, 1);
      _exit(0);
    }
    children++;
  }
  say("%d children, then %s", children, strerrorname_np(errno));
  close(gate[1]);
  while (wait(0) > 0) continue;
}
