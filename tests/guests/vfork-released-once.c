/* The exit of an exec'd vfork child does not wake its parent out of a second vfork. */
#include "guest.h"
static volatile int second_done;
int main(int argc, char **argv) {
  char byte;
  if (argc > 1) {
    read(atoi(argv[1]), &byte, 1);
    return 1;
  }
  int go[2], alive[2];
  char go_text[12];
  if (pipe(go) || pipe2(alive, O_CLOEXEC)) return 99;
  fcntl(alive[1], F_SETFD, 0);
  snprintf(go_text, sizeof go_text, "%d", go[0]);
  char *child_argv[] = {argv[0], go_text, 0}, *env[] = {0};
  pid_t first = vfork();
  if (first == 0) {
    execve("/proc/self/exe", child_argv, env);
    _exit(127);
  }
  close(alive[1]);
  pid_t second = vfork();
  if (second == 0) {
    write(go[1], "x", 1);
    read(alive[0], &byte, 1); /* end of file: the first child is gone */
    let_others_run();
    second_done = 1;
    _exit(2);
  }
  say("the second child was done: %d", second_done);
  reap("first", first);
  reap("second", second);
  return 0;
}
