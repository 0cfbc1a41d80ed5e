/* Seals of a memfd keep it from growing, shrinking and being written */
#include "guest.h"
int main(void) {
  int fd = syscall(SYS_memfd_create, "x", 2);
  TRY("none", fcntl(fd, F_GET_SEALS));
  ftruncate(fd, 4096);
  TRY("grow", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  TRY("longer", ftruncate(fd, 8192));
  TRY("write behind", pwrite(fd, "x", 1, 4096));
  TRY("write inside", pwrite(fd, "x", 1, 4095));
  TRY("shrink", fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  TRY("shorter", ftruncate(fd, 100));
  char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY("mapped", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(p, 4096);
  TRY("write", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  TRY("write", pwrite(fd, "x", 1, 0));
  TRY("map to write", mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  say("map privately: %d", mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) != MAP_FAILED);
  TRY("seals", fcntl(fd, F_GET_SEALS));
  TRY("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  TRY("more", fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  TRY("unknown", fcntl(syscall(SYS_memfd_create, "y", 2), F_ADD_SEALS, 0x1000));
  int plain = syscall(SYS_memfd_create, "z", 0);
  TRY("not allowed", fcntl(plain, F_ADD_SEALS, F_SEAL_GROW));
  TRY("its seals", fcntl(plain, F_GET_SEALS));
  int pipes[2];
  pipe(pipes);
  TRY("pipe", fcntl(pipes[0], F_GET_SEALS));
  TRY("flags", syscall(SYS_memfd_create, "x", 0x100));
  TRY("hugetlb", syscall(SYS_memfd_create, "x", 0x8000000));
}
