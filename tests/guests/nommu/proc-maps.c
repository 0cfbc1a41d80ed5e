/* /proc/self/maps lists the mappings that are there, each with its protection and s, S or p */
#include "nommu.h"
static char text[8192];
/* The line of the mapping that holds `at`, without addresses, device, inode and path. */
static void show(const char *what, const void *at) {
  read_file("/proc/self/maps", text, sizeof text);
  for (char *line = text; *line; line++) {
    unsigned long ends[2] = {0, 0};
    for (int i = 0; i < 2; i++, line++)
      for (; *line != '-' && *line != ' '; line++) ends[i] = ends[i] * 16 + (unsigned long)(*line <= '9' ? *line - '0' : *line - 'a' + 10);
    char *rest = line;
    while (*line != '\n') line++;
    if ((unsigned long)at < ends[0] || (unsigned long)at >= ends[1]) continue;
    rest[13] = 0;
    int named = line[-1] == ']';
    say("%s: %ld pages, starts %d, %s%s", what, (long)(ends[1] - ends[0]) / PAGE, ends[0] == (unsigned long)at, rest, named ? " [stack]" : "");
    return;
  }
  say("%s: not there", what);
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *plain = anonymous(3 * PAGE);
  show("anonymous", plain);
  char *none = (char *)mmap(0, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show("PROT_NONE", none);
  int fd = (int)new_file("/tmp/maps", "", 0);
  SYS2(__NR_ftruncate, fd, 2 * PAGE);
  char *shared = (char *)mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  show("shared file", shared);
  char *second = (char *)mmap(0, PAGE, PROT_READ, MAP_PRIVATE, (int)SYS3(__NR_open, "/proc/self/exe", O_RDONLY, 0), 0);
  show("private file, read only", second);
  char *copy = (char *)mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  show("private file, to be written", copy);
  SYS2(__NR_munmap, plain, PAGE);
  show("unmapped", plain);
  show("the rest", plain + PAGE);
  volatile int local = 0;
  show("stack", (const void *)((unsigned long)&local & ~(PAGE - 1)));
  return local;
}
