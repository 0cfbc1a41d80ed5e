/* wait4 tells an exit status from a signal, finds children by pid, and says ECHILD when there is none. */
#include "guest.h"
static pid_t start(int code, int signal) {
  pid_t pid = fork();
  if (pid == 0) {
    if (signal) kill(getpid(), signal);
    _exit(code);
  }
  return pid;
}
int main(void) {
  int status;
  say("nobody: %s", waitpid(-1, &status, 0) < 0 ? strerrorname_np(errno) : "?");
  reap("0", start(0, 0));
  reap("255", start(255, 0));
  reap("256 + 3", start(259, 0));
  reap("SIGKILL", start(0, SIGKILL));
  reap("SIGPIPE", start(0, SIGPIPE));
  reap("SIGCHLD is ignored", start(4, SIGCHLD));
  pid_t first = start(1, 0), second = start(2, 0);
  reap("second", second);
  say("not a child: %s", waitpid(1, &status, 0) < 0 ? strerrorname_np(errno) : "?");
  reap("first", first);
  say("again: %s", waitpid(first, &status, 0) < 0 ? strerrorname_np(errno) : "?");
  int fd[2];
  char byte;
  if (pipe(fd)) return 99;
  pid_t slow = fork();
  if (slow == 0) {
    close(fd[1]);
    read(fd[0], &byte, 1);
    _exit(6);
  }
  say("WNOHANG: %d", waitpid(slow, &status, WNOHANG));
  close(fd[1]);
  reap("slow", slow);
  say("bad options: %s", waitpid(-1, &status, 0x4000) < 0 ? strerrorname_np(errno) : "?");
  return 0;
}
