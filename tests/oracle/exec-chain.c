/* Runs the next program of its arguments as a vfork child, reads what it says through a pipe, and says who it is itself. */
#include "../guests/guest.h"
#include <sys/utsname.h>
int main(int argc, char **argv) {
  struct utsname name;
  uname(&name);
  say("%d arguments, words of %zu bytes, machine %s", argc - 1, sizeof(long), name.machine);
  if (argc < 2) return 10;
  int fd[2], status = 0;
  char text[4096];
  if (pipe(fd) != 0) return 1;
  pid_t pid = vfork();
  if (pid == 0) {
    dup2(fd[1], 1);
    close(fd[0]);
    close(fd[1]);
    execv(argv[1], argv + 1);
    _exit(99);
  }
  close(fd[1]);
  ssize_t length, total = 0;
  while ((length = read(fd[0], text + total, sizeof text - total)) > 0) total += length;
  waitpid(pid, &status, 0);
  for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n")) {
    if (line - text >= total) break;
    say("  %s", line);
  }
  return WEXITSTATUS(status) + 1;
}
