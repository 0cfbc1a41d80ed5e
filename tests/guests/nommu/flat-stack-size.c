/* a bFLT header's stack size is what stack and break have together, in whole pages with the rest of the block */
#include "nommu.h"
static unsigned char file[32768];
static long length_;
static unsigned char *const bss_end = file + 20, *const stack_size = file + 24;
static void put(unsigned char *field, unsigned long value) {
  for (int i = 0; i < 4; i++) field[i] = (unsigned char)(value >> (24 - 8 * i));
}
static void try(unsigned long size) {
  put(stack_size, size);
  run_bytes("program", file, length_);
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
  /* However large a compiler makes the program: it ends 1024 bytes into a page. */
  unsigned long end = 0;
  for (int i = 0; i < 4; i++) end = end << 8 | bss_end[i];
  put(bss_end, ((end + PAGE - 1) & -PAGE) + 1024);
  try(4096);
  try(4097);
  try(65536);
  try(300000);
  return 0;
}
