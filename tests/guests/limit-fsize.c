/* RLIMIT_FSIZE is SIGXFSZ, and EFBIG when that is ignored */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  int fd = syscall(SYS_memfd_create, "x", 0);
  pid_t child = fork();
  struct rlimit limit = {10, 10};
  setrlimit(RLIMIT_FSIZE, &limit);
  if (child == 0) {
    write(fd, "0123456789", 10);
    write(fd, "x", 1);
    _exit(0);
  }
  reap("child", child);
  signal(SIGXFSZ, SIG_IGN);
  TRY("inside", pwrite(fd, "0123456789", 10, 0));
  TRY("across", pwrite(fd, "0123456789", 10, 5));
  TRY("behind", pwrite(fd, "x", 1, 10));
  TRY("truncate", ftruncate(fd, 11));
}
