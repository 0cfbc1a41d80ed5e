/* flags of mmap that mean nothing without an MMU are taken, and a type that is not known is EINVAL */
#include "nommu.h"
#define TRY(flag) \
  do { \
    long at = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (flag), -1, 0); \
    tell_address(#flag, at); \
    if (!failed(at)) tell("munmap", SYS2(__NR_munmap, at, 2 * PAGE)); \
  } while (0)
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  TRY(MAP_GROWSDOWN);
  TRY(MAP_STACK);
  TRY(MAP_NORESERVE);
  TRY(MAP_POPULATE);
  TRY(MAP_LOCKED);
  TRY(MAP_NONBLOCK);
  TRY(MAP_DENYWRITE);
  TRY(MAP_HUGETLB);
  TRY(MAP_SYNC);
  tell("MAP_SHARED_VALIDATE", mmap(0, PAGE, PROT_READ, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0));
  tell_address("unknown protection", mmap(0, PAGE, 0x100 | PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return 0;
}
