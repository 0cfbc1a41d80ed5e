/* What strace -f follows in strace-guest.test.ts: vfork children that exit, exec, fail to exec and die, and a fork. */
#include "../guests/guest.h"
static char self[256];
static void by_vfork(int how) {
  char *again[] = {self, "again", 0}, *none[] = {"/does/not/exist", 0}, *environment[] = {"A=1", 0};
  pid_t pid = vfork();
  if (pid == 0) {
    if (how == 0) _exit(3);
    if (how == 1) execve(self, again, environment);
    if (how == 2) execve(none[0], none, environment);
    if (how == 3) kill(getpid(), SIGTERM);
    _exit(4);
  }
  waitpid(pid, 0, 0);
}
static void handler(int signal) { (void)signal; }
int main(int argc, char **argv) {
  if (argc > 1) return 5;
  snprintf(self, sizeof self, "%s", argv[0]);
  signal(SIGUSR1, handler);
  for (int how = 0; how < 4; how++) by_vfork(how);
  pid_t pid = fork();
  if (pid == 0) _exit(write(1, "child\n", 6));
  waitpid(pid, 0, 0);
  kill(getpid(), SIGUSR1);
  say("done");
  return 7;
}
