/* a file that lies in memory, made long by ftruncate, can be mapped shared: the mapping is the file */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  int fd = (int)new_file("/tmp/shared", "", 0);
  tell("ftruncate", SYS2(__NR_ftruncate, fd, 3 * PAGE));
  volatile char *at = (volatile char *)mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (failed((long)at)) {
    tell("mmap", (long)at);
    return 0;
  }
  at[0] = 'm';
  at[5000] = 'n';
  char got[2] = {0, 0};
  SYS3(__NR_read, fd, got, 1);
  SYS3(__NR_lseek, fd, 5000, 0);
  SYS3(__NR_read, fd, got + 1, 1);
  say("the file has %c %c", got[0], got[1]);
  SYS3(__NR_lseek, fd, 10, 0);
  SYS3(__NR_write, fd, "w", 1);
  say("the mapping has %c", at[10]);
  char *second = (char *)mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
  say("a mapping of its second page lies in the first one: %d", second == (char *)at + PAGE);
  char *private = (char *)mmap(0, 3 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  say("a private one that is only read is the file itself: %d", private == (char *)at);
  char *copy = (char *)mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  say("a private one that is written is a copy: %d", copy != (char *)at && copy[5000] == 'n');
  tell("beyond the end", mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  tell("shrink a mapped file", SYS2(__NR_ftruncate, fd, PAGE));
  int small = (int)new_file("/tmp/small", "written", 7);
  volatile char *written = (volatile char *)mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, small, 0);
  say("one page that was written needs no ftruncate: %d", !failed((long)written) && written[6] == 'n');
  return 0;
}
