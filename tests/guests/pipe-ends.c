/* A pipe ends when its last writer is gone; a write without a reader is SIGPIPE, or EPIPE when that is ignored. */
#include "guest.h"
int main(void) {
  int fd[2];
  char text[32] = "";
  if (pipe(fd)) return 99;
  pid_t pid = fork();
  if (pid == 0) {
    close(fd[0]);
    write(fd[1], "hello", 5);
    _exit(0);
  }
  close(fd[1]);
  size_t length = 0;
  for (ssize_t n; (n = read(fd[0], text + length, 3)) > 0;) length += n;
  say("read %zu bytes: %s", length, text);
  reap("writer", pid);
  close(fd[0]);
  if (pipe(fd)) return 99;
  close(fd[0]);
  pid = fork();
  if (pid == 0) {
    write(fd[1], "x", 1);
    _exit(0);
  }
  reap("no reader", pid);
  signal(SIGPIPE, SIG_IGN);
  say("ignored: %s", write(fd[1], "x", 1) < 0 ? strerrorname_np(errno) : "written");
  int full[2];
  long filled = 0;
  if (pipe2(full, O_NONBLOCK)) return 99;
  while (write(full[1], text, 1) == 1) filled++;
  say("a full pipe: %ld bytes, %s", filled, strerrorname_np(errno));
  return 0;
}
