/* A file's offset and status flags are one for a vfork child and its parent, and for a fork child too. */
#include "guest.h"
static void look(const char *when, int fd) {
  say("%s: offset %ld, O_APPEND %d", when, (long)lseek(fd, 0, SEEK_CUR), (fcntl(fd, F_GETFL) & O_APPEND) != 0);
}
int main(void) {
  char path[64], text[16] = "";
  snprintf(path, sizeof path, "/tmp/vfork-shares-offset.%d", getpid());
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd < 0) return 99;
  unlink(path);
  write(fd, "abcdef", 6);
  lseek(fd, 0, SEEK_SET);
  look("before", fd);
  pid_t pid = vfork();
  if (pid == 0) {
    read(fd, text, 2);
    fcntl(fd, F_SETFL, O_APPEND);
    _exit(0);
  }
  reap("vfork child", pid);
  look("after vfork", fd);
  pid = fork();
  if (pid == 0) {
    char more[2];
    read(fd, more, 2);
    fcntl(fd, F_SETFL, 0);
    _exit(0);
  }
  reap("fork child", pid);
  look("after fork", fd);
  say("the next byte is %.1s", read(fd, text, 1) == 1 ? text : "?");
  return 0;
}
