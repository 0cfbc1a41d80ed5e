/* PT_GNU_STACK says how large the stack is: whole pages, at least two, and 128 KiB where it says 0 */
#include "nommu.h"
static unsigned char file[65536];
static long length_;
static int header;
static void try(unsigned long size) {
  for (unsigned i = 0; i < 4; i++) file[header + (sizeof(long) == 4 ? 20 : 40) + i] = (unsigned char)(size >> (8 * i));
  run_bytes("program", file, length_);
}
int main(int argc, char **argv, char **envp) {
  (void)envp;
  if (argc > 1) {
    long end = ((long)argv[1] + PAGE - 1) & -PAGE;
    say("pages %ld", (end - SYS1(__NR_brk, 0)) / PAGE);
    return 0;
  }
  length_ = read_file("/proc/self/exe", (char *)file, sizeof file);
  header = sizeof(long) == 4 ? 52 : 64;
  while (*(unsigned *)(void *)(file + header) != 0x6474e551) header += sizeof(long) == 4 ? 32 : 56;
  try(0);
  try(1);
  try(8192);
  try(8193);
  try(20000);
  try(262144);
  file[header] = 0; /* no PT_GNU_STACK */
  try(0);
  return 0;
}
