/* A MAP_GROWSDOWN mapping grows at a touch below it, with a gap kept to what is mapped below */
#include "guest.h"
#include <setjmp.h>
#include <sys/resource.h>
static sigjmp_buf back;
static void handler(int signo) { siglongjmp(back, signo); }
int main(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){8 << 20, 8 << 20});
  signal(SIGSEGV, handler);
  long span = 2048 * 4096l;
  char *p = mmap(0, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  munmap(p, span);
  char *top = p + span - 4096;
  mmap(p, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  mmap(top, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  int signo = sigsetjmp(back, 1);
  if (!signo) {
    top[-1] = 1;
    top[-100 * 4096] = 2;
    say("grown: %d %d", top[-1], top[-100 * 4096]);
    p[300 * 4096] = 3;
    say("grown to %d", p[300 * 4096]);
    p[100 * 4096] = 4;
    say("too close");
  } else say("signal %d", signo);
}
