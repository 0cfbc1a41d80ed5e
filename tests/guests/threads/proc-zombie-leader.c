/* A leader that has ended before its threads stays among them in /proc, as a zombie, and is counted. */
#include "threads.h"
#include <dirent.h>
static int go[2];
static void *outlives(void *unused) {
  char byte;
  read(go[0], &byte, 1);
  _exit(0);
  return unused;
}
static char state_of(pid_t pid, pid_t thread, int *threads) {
  char path[64], text[512] = "";
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, (int)thread);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return '-';
  read(fd, text, 511);
  close(fd);
  char *end = strrchr(text, ')');
  int field = 3;
  for (char *word = end + 2; word; word = strchr(word, ' ')) {
    if (*word == ' ') word++;
    if (field++ == 20) *threads = atoi(word);
  }
  return end[2];
}
int main(void) {
  pipe(go);
  pid_t one = fork();
  if (one == 0) {
    start(outlives, 0);
    syscall(SYS_exit, 3);
  }
  int threads = 0;
  while (state_of(one, one, &threads) != 'Z') usleep(1000);
  say("leader %c, threads %d", state_of(one, one, &threads), threads);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", one);
  DIR *directory = opendir(path);
  int leader = 0, others = 0;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] == '.') continue;
    if (atoi(entry->d_name) == one) leader++;
    else others++, say("other is alive: %d", state_of(one, atoi(entry->d_name), &threads) != 'Z');
  }
  closedir(directory);
  say("leader %d, others %d", leader, others);
  write(go[1], "", 1);
  reap("child", one);
  return 0;
}
