/* Forks of forks: each child's exit status reaches its own parent. */
#include "guest.h"
static int tree(int depth) {
  if (depth == 0) return 1;
  int sum = 0;
  for (int i = 0; i < 2; i++) {
    pid_t pid = fork();
    if (pid == 0) _exit(tree(depth - 1));
    int status;
    if (waitpid(pid, &status, 0) != pid) return 99;
    sum += WEXITSTATUS(status);
  }
  return sum;
}
int main(void) {
  say("leaves: %d", tree(4));
  return 0;
}
