/* a private mapping of a file that may be written is a copy: neither sees the other's stores */
#include "nommu.h"
static char bytes[6000];
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  memset(bytes, 'f', sizeof bytes);
  long fd = new_file("/tmp/private", bytes, sizeof bytes);
  char *at = (char *)mmap(0, sizeof bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, (int)fd, 0);
  say("read in: %ld, zero behind the end: %ld", count(at, 'f', 8192), count(at, 0, 8192));
  at[0] = 'm';
  char got = 0;
  SYS3(__NR_lseek, fd, 0, 0);
  SYS3(__NR_read, fd, &got, 1);
  say("the file has %c", got);
  SYS3(__NR_lseek, fd, 10, 0);
  SYS3(__NR_write, fd, "w", 1);
  say("the mapping has %c", at[10]);
  char *second = (char *)mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, (int)fd, 4096);
  say("from its second page: %ld", count(second, 'f', 4096));
  char *behind = (char *)mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, (int)fd, 8192);
  if (failed((long)behind)) tell("behind the end", (long)behind);
  else say("behind the end: %ld", count(behind, 0, 4096));
  SYS1(__NR_close, fd);
  say("after close %c", at[1]);
  return 0;
}
