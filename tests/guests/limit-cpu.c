/* RLIMIT_CPU sends SIGXCPU at the soft limit and SIGKILL at the hard one */
#include "guest.h"
#include <sys/resource.h>
static volatile int seen;
static void handler(int signo) {
  (void)signo;
  seen++;
}
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {1, 2};
    signal(SIGXCPU, handler);
    setrlimit(RLIMIT_CPU, &limit);
    while (!seen) continue;
    say("SIGXCPU");
    for (;;) continue;
  }
  reap("child", child);
}
