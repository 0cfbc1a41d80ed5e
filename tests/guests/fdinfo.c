/* /proc/PID/fdinfo tells the process of a pidfd, the count of an eventfd and the signals of a signalfd */
#include "guest.h"
#include <sys/eventfd.h>
#include <sys/signalfd.h>
static void show(const char *what, int fd, const char *wanted, pid_t pid) {
  char path[40], line[200];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *info = fopen(path, "r");
  while (info && fgets(line, sizeof line, info)) {
    if (strncmp(line, wanted, strlen(wanted)) != 0) continue;
    char *value = line + strlen(wanted);
    line[strcspn(line, "\n")] = 0;
    if (pid) say("%s: %s of %s", what, atoi(value) == pid ? "the pid" : value, wanted);
    else say("%s: %s%s", what, wanted, value);
  }
  if (info) fclose(info);
}
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGHUP);
  show("eventfd", eventfd(500, 0), "eventfd-count:", 0);
  show("signalfd", signalfd(-1, &set, 0), "sigmask:", 0);
  pid_t child = fork();
  if (child == 0) _exit(0);
  int fd = syscall(434, child, 0);
  show("pidfd", fd, "Pid:", child);
  show("pidfd", fd, "NSpid:", child);
  reap("child", child);
  show("pidfd of one that is gone", fd, "Pid:", 0);
  return 0;
}
