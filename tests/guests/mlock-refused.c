/* mlock and its kin refuse holes and unknown flags */
#include "guest.h"
int main(void) {
  char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + 4096, 4096);
  TRY("hole", mlock(p, 3 * 4096));
  TRY("hole, munlock", munlock(p, 3 * 4096));
  TRY("mlock2 flags", syscall(SYS_mlock2, p, 4096, 2));
  TRY("mlock2", syscall(SYS_mlock2, p, 4096, 1));
  TRY("none", mlockall(0));
  TRY("only onfault", mlockall(MCL_ONFAULT));
  TRY("unknown", mlockall(8));
  TRY("future", mlockall(MCL_FUTURE | MCL_ONFAULT));
  TRY("msync both", msync(p, 4096, MS_SYNC | MS_ASYNC));
  TRY("msync hole", msync(p, 3 * 4096, MS_ASYNC));
  TRY("msync locked", msync(p, 4096, MS_INVALIDATE));
  TRY("msync odd", msync(p + 1, 4096, MS_SYNC));
}
