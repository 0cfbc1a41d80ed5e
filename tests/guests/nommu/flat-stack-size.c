/* a bFLT header's stack size is what stack and break have together, in whole pages with the rest of the block */
#include "nommu.h"
static unsigned char file[32768];
static long length_;
static void try(unsigned long size) {
  for (int i = 0; i < 4; i++) file[24 + i] = (unsigned char)(size >> (24 - 8 * i));
  SYS1(__NR_unlink, "/tmp/program");
  SYS1(__NR_close, new_file("/tmp/program", file, length_));
  const char *argv[] = {"program", "again", 0}, *envp[] = {0};
  long pid = vfork();
  if (pid == 0) {
    SYS3(__NR_execve, "/tmp/program", argv, envp);
    _exit(1);
  }
  reap("program", pid);
}
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    char *now = (char *)SYS1(__NR_brk, 0), *most = now;
    while (SYS1(__NR_brk, most + 4) == (long)most + 4) most += 4;
    char *end = argv[1];
    while (((long)end & 31) != 0) end++;
    say("from the break to the arguments: %ld, of which it may take %ld", (long)(end - now) / 64 * 64, (long)(most - now) / 64 * 64);
    return 0;
  }
  length_ = read_file("/proc/self/exe", (char *)file, sizeof file);
  try(4096);
  try(4097);
  try(65536);
  try(300000);
  return 0;
}
