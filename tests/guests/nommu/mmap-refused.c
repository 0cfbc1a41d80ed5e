/* what mmap without an MMU refuses */
#include "nommu.h"
#define RW (PROT_READ | PROT_WRITE)
#define PA (MAP_PRIVATE | MAP_ANONYMOUS)
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *page = anonymous(PAGE);
  tell("length 0", mmap(0, 0, RW, PA, -1, 0));
  tell("MAP_FIXED", mmap(page, PAGE, RW, PA | MAP_FIXED, -1, 0));
  tell("MAP_FIXED at 0", mmap(0, PAGE, RW, PA | MAP_FIXED, -1, 0));
  tell("neither private nor shared", mmap(0, PAGE, RW, MAP_ANONYMOUS, -1, 0));
  tell("both private and shared", mmap(0, PAGE, RW, PA | MAP_SHARED, -1, 0));
  tell("no file", mmap(0, PAGE, RW, MAP_PRIVATE, -1, 0));
  tell("half of all addresses", mmap(0, 1ul << 30, RW, PA, -1, 0));
  tell("nearly all addresses", mmap(0, -PAGE, RW, PA, -1, 0));
  tell("length that wraps", mmap(0, -1ul, RW, PA, -1, 0));
  return 0;
}
