/* Touching a mapping behind the new end of a truncated file is SIGBUS with the address */
#include "guest.h"
#include <setjmp.h>
static sigjmp_buf back;
static char *base;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  say("signal %d, code %d, at %ld", signo, info->si_code, (long)((char *)info->si_addr - base));
  siglongjmp(back, 1);
}
static volatile char sink;
int main(void) {
  sigaction(SIGBUS, &(struct sigaction){.sa_sigaction = handler, .sa_flags = SA_SIGINFO}, 0);
  int fd = syscall(SYS_memfd_create, "x", 0);
  ftruncate(fd, 3 * 4096);
  base = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *copy = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  base[100] = base[4096 + 100] = base[8192] = 'x';
  copy[8192] = 'c';
  ftruncate(fd, 4096 + 50);
  say("before: %c, in the last page: %d", base[100], base[4096 + 100]);
  if (!sigsetjmp(back, 1)) sink = base[8192 + 5];
  if (!sigsetjmp(back, 1)) base[8192] = 1;
  base = copy;
  if (!sigsetjmp(back, 1)) sink = copy[8192];
  TRY("to the kernel", write(1, copy + 8192, 1));
  ftruncate(fd, 3 * 4096);
  say("grown again: %d %d", copy[8192], copy[4096 + 100]);
}
