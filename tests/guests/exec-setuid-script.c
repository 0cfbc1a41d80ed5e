/* The set-user-id bit of a script counts for nothing, that of its interpreter does */
#include "guest.h"
#include <grp.h>
#include <sys/sendfile.h>
static char path[64], script[64];
static void run(const char *what, mode_t of_program, mode_t of_script) {
  chmod(path, of_program);
  chmod(script, of_script);
  pid_t child = fork();
  if (child == 0) {
    setgid(1000);
    setgroups(0, 0);
    setuid(1000);
    execl(script, "script", (char *)0);
    _exit(1);
  }
  reap(what, child);
}
int main(int argc, char **argv) {
  if (argc > 1) {
    say("%s: uid %d %d", argv[1], getuid(), geteuid());
    return 0;
  }
  mkdir("/tmp", 01777);
  snprintf(path, sizeof path, "/tmp/exec-sss.%d", getpid());
  snprintf(script, sizeof script, "/tmp/exec-sss.%d.sh", getpid());
  unlink(path);
  unlink(script);
  int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
  while (sendfile(to, from, 0, 1 << 20) > 0) {}
  close(to);
  int fd = open(script, O_WRONLY | O_CREAT | O_EXCL, 0755);
  char line[80];
  int length = snprintf(line, sizeof line, "#!%s run\n", path);
  if (write(fd, line, length) != length) return 1;
  close(fd);
  chown(path, 1234, 5678);
  chown(script, 4321, 5678);
  run("neither", 0755, 0755);
  run("script", 0755, 04755);
  run("interpreter", 04755, 0755);
  unlink(path);
  unlink(script);
}
