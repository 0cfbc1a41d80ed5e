/* a program's file on a disk is mapped as a copy, and shared not at all */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  int fd = (int)SYS3(__NR_open, "/proc/self/exe", O_RDONLY, 0);
  char *at = (char *)mmap(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
#ifdef FLAT
  say("starts with bFLT: %d", starts(at, "bFLT"));
#else
  say("starts with ELF: %d", starts(at + 1, "ELF"));
#endif
  char *again = (char *)mmap(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  say("read only twice is the same memory: %d", at == again);
  char *writable = (char *)mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  say("to be written is other memory: %d", writable != at);
  tell("shared, read only", mmap(0, PAGE, PROT_READ, MAP_SHARED, fd, 0));
  tell("shared, to be written", mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  tell("overlapping", mmap(0, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == (long)at);
  tell("munmap", SYS2(__NR_munmap, at, PAGE));
  tell("munmap again", SYS2(__NR_munmap, at, PAGE));
  tell("munmap a third time", SYS2(__NR_munmap, at, PAGE));
  return 0;
}
