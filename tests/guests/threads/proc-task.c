/* /proc/self/task lists the threads that live. */
#include "threads.h"
#include <dirent.h>
static void *sleeps(void *fd) {
  char byte;
  here();
  read(*(int *)fd, &byte, 1);
  return 0;
}
static void list(const char *when, pid_t other) {
  int all = 0, first = 0, second = 0;
  DIR *directory = opendir("/proc/self/task");
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] == '.') continue;
    all++;
    first += atoi(entry->d_name) == getpid();
    second += atoi(entry->d_name) == other;
  }
  closedir(directory);
  say("%s: %d, first %d, second %d", when, all, first, second);
}
int main(void) {
  int fd[2];
  pipe(fd);
  list("alone", -1);
  pthread_t thread = start(sleeps, &fd[0]);
  pid_t other = arrived();
  list("with another", other);
  write(fd[1], "", 1);
  pthread_join(thread, 0);
  until_gone(other);
  list("after its end", other);
  return 0;
}
