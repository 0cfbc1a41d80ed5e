/* mmap refuses lengths, types and flags that make no sense */
#include "guest.h"
int main(void) {
  int anon = MAP_PRIVATE | MAP_ANONYMOUS;
  TRY("length 0", mmap(0, 0, PROT_READ, anon, -1, 0));
  TRY("no type", mmap(0, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0));
  TRY("anonymous validate", mmap(0, 4096, PROT_READ, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0));
  TRY("shared growsdown", mmap(0, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
  TRY("closed", mmap(0, 4096, PROT_READ, MAP_PRIVATE, 99, 0));
  TRY("directory", mmap(0, 4096, PROT_READ, MAP_PRIVATE, open("/", O_RDONLY), 0));
  int fd = syscall(SYS_memfd_create, "x", 0);
  TRY("file growsdown", mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0));
  TRY("unknown flag", mmap(0, 4096, PROT_READ, MAP_SHARED_VALIDATE | 0x2000000, fd, 0));
  TRY("low", mmap((void *)4096, 4096, PROT_READ, anon | MAP_FIXED, -1, 0) == MAP_FAILED ? -1 : 0);
  TRY("huge length", mmap(0, -4096ul, PROT_READ, anon, -1, 0));
  int pipes[2];
  pipe(pipes);
  TRY("pipe", mmap(0, 4096, PROT_READ, MAP_PRIVATE, pipes[0], 0));
}
