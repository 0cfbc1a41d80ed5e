/* /proc shows a process's numbers on all levels, and which namespaces it is in */
#include "guest.h"
static void show(const char *what, const char *path, const char *name) {
  FILE *file = fopen(path, "r");
  char line[256];
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, name, strlen(name)) != 0) continue;
    char *inside = strrchr(line, '\t');
    inside[strcspn(inside, "\n")] = 0;
    say("%s %s %s", what, name, inside + 1);
  }
  if (file) fclose(file);
}
static void same(const char *name, pid_t other) {
  char path[64], mine[64], theirs[64];
  snprintf(path, sizeof path, "/proc/self/ns/%s", name);
  ssize_t length = readlink(path, mine, 63);
  mine[length < 0 ? 0 : length] = 0;
  snprintf(path, sizeof path, "/proc/%d/ns/%s", other, name);
  length = readlink(path, theirs, 63);
  theirs[length < 0 ? 0 : length] = 0;
  struct stat st;
  stat(path, &st);
  char text[64];
  snprintf(text, sizeof text, "%s:[%lu]", name, (unsigned long)st.st_ino);
  snprintf(path, sizeof path, "/proc/self/ns/%s", name);
  struct stat own;
  stat(path, &own);
  say("%s: the link tells the inode: %d, shared: %d", name, strcmp(text, theirs) == 0, strcmp(mine, theirs) == 0 && st.st_ino == own.st_ino);
}
int main(void) {
  char path[64];
  int stay[2], ready[2];
  char byte;
  pipe(stay);
  pipe(ready);
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    setsid();
    pid_t child = fork();
    if (child == 0) {
      show("child", "/proc/thread-self/status", "NSpid:");
      _exit(0);
    }
    reap("child", child);
    write(ready[1], "", 1);
    close(stay[1]);
    read(stay[0], &byte, 1);
    _exit(0);
  }
  read(ready[0], &byte, 1);
  snprintf(path, sizeof path, "/proc/%d/status", init);
  show("init", path, "NStgid:");
  show("init", path, "NSpid:");
  show("init", path, "NSpgid:");
  show("init", path, "NSsid:");
  same("pid", init);
  same("uts", init);
  same("ipc", init);
  same("mnt", init);
  close(stay[1]);
  reap("init", init);
}
