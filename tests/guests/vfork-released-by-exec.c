/* A successful exec releases the parent of a vfork while the child runs on, and leaves the parent's memory alone. */
#include "guest.h"
static int global = 1;
int main(int argc, char **argv) {
  char byte;
  if (argc > 1) {
    /* The new image: fresh memory, and it lives until its parent says so. */
    int fd = atoi(argv[1]), report = atoi(argv[2]);
    read(fd, &byte, 1);
    say("child: global %d, argc %d, %s", global, argc, argv[3]);
    write(report, "x", 1);
    return 4;
  }
  int go[2], report[2];
  char go_text[12], report_text[12];
  if (pipe(go) || pipe(report)) return 99;
  snprintf(go_text, sizeof go_text, "%d", go[0]);
  snprintf(report_text, sizeof report_text, "%d", report[1]);
  char *child_argv[] = {argv[0], go_text, report_text, "hello", 0}, *env[] = {0};
  global = 2;
  pid_t pid = vfork();
  if (pid == 0) {
    execve("/proc/self/exe", child_argv, env);
    _exit(127);
  }
  say("parent: released, global %d, child alive %d", global, waitpid(pid, 0, WNOHANG) == 0);
  write(go[1], "x", 1);
  read(report[0], &byte, 1);
  reap("child", pid);
  return 0;
}
