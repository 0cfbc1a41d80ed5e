/* a bFLT program gets room for its arguments beside the stack it asked for, up to 32 pages in all */
#include "nommu.h"
static char big[140000];
static volatile long error;
static void try(const char *what, unsigned long n) {
  memset(big, 'x', n);
  big[n] = 0;
  const char *argv[] = {"again", big, 0}, *envp[] = {0};
  error = 0;
  long pid = vfork();
  if (pid == 0) {
    error = SYS3(__NR_execve, "/proc/self/exe", argv, envp);
    _exit(1);
  }
  if (error) tell(what, error);
  reap(what, pid);
}
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) return length(argv[1]) % 251;
  try("10000 bytes", 10000);
  try("100000 bytes", 100000);
  try("120000 bytes", 120000);
  try("131071 bytes", 131071);
  try("135000 bytes", 135000);
  return 0;
}
