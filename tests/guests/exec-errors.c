/* execve fails with Linux's errno and leaves the process as it was. */
#include "guest.h"
static char path[64];
static void make(const char *text, size_t length, int mode) {
  unlink(path);
  int fd = open(path, O_WRONLY | O_CREAT, 0700);
  if (fd < 0 || write(fd, text, length) != (ssize_t)length || fchmod(fd, mode)) _exit(99);
  close(fd);
}
static void try(const char *what, const char *file) {
  char *argv[] = {"x", 0}, *env[] = {0};
  execve(file, argv, env);
  say("%s: %s", what, strerrorname_np(errno));
}
int main(void) {
  static char huge[200 * 1024];
  char name[300];
  snprintf(path, sizeof path, "/tmp/exec-errors.%d", getpid());
  try("no file", "/no/such/file");
  try("an empty name", "");
  try("a folder", "/tmp");
  memset(name, 'a', sizeof name - 1);
  name[0] = '/', name[299] = 0;
  try("a long name", name);
  make("", 0, 0700);
  try("an empty file", path);
  make("text\n", 5, 0700);
  try("text", path);
  make("\177ELF\2\1\1", 7, 0700);
  try("an ELF cut short", path);
  make("text\n", 5, 0600);
  try("no x", path);
  make("#!/no/such/interpreter\n", 23, 0700);
  try("no interpreter", path);
  unlink(path);
  memset(huge, 'b', sizeof huge - 1);
  char *argv[] = {"x", huge, 0}, *env[] = {0};
  execve("/proc/self/exe", argv, env);
  say("an argument of 200 KiB: %s", strerrorname_np(errno));
  return 0;
}
