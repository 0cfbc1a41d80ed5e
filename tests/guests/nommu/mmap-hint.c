/* the address that mmap is asked for is ignored, and so are protections: all memory can be written and run */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *first = anonymous(PAGE);
  long hinted = mmap(first, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  say("the hint is taken: %d", hinted == (long)first);
  tell("MAP_FIXED_NOREPLACE", failed(mmap(first, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)));
  volatile char *none = (volatile char *)mmap(0, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  none[3] = 'x';
  say("PROT_NONE holds %c", none[3]);
  volatile char *readable = (volatile char *)mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  readable[4] = 'y';
  say("PROT_READ holds %c", readable[4]);
  return 0;
}
