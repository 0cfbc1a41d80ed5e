/* the mapping of a file can only be unmapped as a whole */
#include "nommu.h"
static char bytes[16384];
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  int fd = (int)new_file("/tmp/whole", bytes, sizeof bytes);
  char *at = (char *)mmap(0, sizeof bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  tell("first page", SYS2(__NR_munmap, at, PAGE));
  tell("middle", SYS2(__NR_munmap, at + PAGE, PAGE));
  tell("last page", SYS2(__NR_munmap, at + 3 * PAGE, PAGE));
  tell("whole", SYS2(__NR_munmap, at, sizeof bytes));
  tell("again", SYS2(__NR_munmap, at, sizeof bytes));
  return 0;
}
