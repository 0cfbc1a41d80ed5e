/* A fork child's stores are its own, and so are its parent's. */
#include "guest.h"
static volatile int global = 1;
static char page[3 * 4096];
int main(void) {
  volatile int local = 1;
  int *heap = malloc(sizeof *heap), to_parent[2], to_child[2];
  char byte;
  *heap = 1;
  memset(page, 1, sizeof page);
  if (pipe(to_parent) || pipe(to_child)) return 99;
  pid_t pid = fork();
  if (pid == 0) {
    global = 2, local = 2, *heap = 2, page[5000] = 2;
    write(to_parent[1], "x", 1);
    read(to_child[0], &byte, 1);
    say("child: %d %d %d, pages %d %d %d", global, local, *heap, page[0], page[5000], page[9000]);
    _exit(0);
  }
  read(to_parent[0], &byte, 1);
  say("parent: %d %d %d, pages %d %d %d", global, local, *heap, page[0], page[5000], page[9000]);
  global = 3, local = 3, *heap = 3, page[0] = 3, page[9000] = 3;
  write(to_child[1], "x", 1);
  reap("child", pid);
  say("parent: %d %d %d, pages %d %d %d", global, local, *heap, page[0], page[5000], page[9000]);
  return 0;
}
