/* RLIMIT_DATA counts private writable memory only */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  int anon = MAP_PRIVATE | MAP_ANONYMOUS;
  struct rlimit limit = {4096, 4096};
  char *p = mmap(0, 1 << 20, PROT_READ, anon, -1, 0);
  setrlimit(RLIMIT_DATA, &limit);
  TRY("private writable", mmap(0, 4096, PROT_READ | PROT_WRITE, anon, -1, 0));
  say("private read-only: %d", mmap(0, 4096, PROT_READ, anon, -1, 0) != MAP_FAILED);
  say("shared writable: %d", mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  TRY("made writable", mprotect(p, 1 << 20, PROT_READ | PROT_WRITE));
  say("brk: %d", (long)sbrk(1 << 20) == -1);
}
