/* A process names itself and its threads by writing /proc/PID/comm, 15 bytes at most, and nobody else */
#include "guest.h"
#include <sys/prctl.h>
static void name(const char *path, const char *text) {
  char now[64] = "";
  int fd = open(path, O_RDWR | O_TRUNC);
  if (fd < 0) return say("open: %s", strerrorname_np(errno));
  TRY("write", write(fd, text, strlen(text)));
  ssize_t length = pread(fd, now, sizeof now - 1, 0);
  if (length > 0) now[length - 1] = 0;
  say("[%s]", now);
  close(fd);
}
int main(void) {
  char comm[16] = "";
  name("/proc/self/comm", "short");
  name("/proc/self/comm", "longer than fifteen bytes");
  name("/proc/thread-self/comm", "two\nlines");
  name("/proc/self/comm", "");
  prctl(PR_GET_NAME, comm);
  say("prctl: [%s]", comm);
  pid_t child = fork();
  if (child == 0) {
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)getppid());
    name(path, "by a child");
    _exit(0);
  }
  reap("child", child);
  return 0;
}
