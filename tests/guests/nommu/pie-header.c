/* what ELF files Linux without an MMU refuses: all that want an address */
#include "nommu.h"
static unsigned char file[65536], copy[65536];
static long length_;
static void try(const char *what) {
  run_bytes(what, copy, length_);
  memcpy(copy, file, (size_t)length_);
}
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) return 17;
  length_ = read_file("/proc/self/exe", (char *)file, sizeof file);
  memcpy(copy, file, (size_t)length_);
  const int phentsize = sizeof(long) == 4 ? 42 : 54, phnum = phentsize + 2;
  try("as it is");
  copy[16] = 2, try("ET_EXEC");
  copy[16] = 1, try("ET_REL");
  copy[16] = 4, try("ET_CORE");
  copy[1] = 'e', try("magic");
  copy[18] = 0x2a, copy[19] = 0, try("another machine");
  copy[phentsize] += 8, try("length of a program header");
  copy[phnum] = 0, copy[phnum + 1] = 0, try("no program headers");
  return 0;
}
