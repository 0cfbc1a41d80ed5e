/* exit statuses are told as they are, modulo 256 */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  static const int statuses[] = {0, 1, 127, 255, 256, 511, -1};
  for (unsigned i = 0; i < 7; i++) {
    long pid = vfork();
    if (pid == 0) _exit(statuses[i]);
    reap("child", pid);
  }
  return 200;
}
