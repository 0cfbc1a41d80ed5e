/* anonymous mappings are zero, start on a page, are as long as the pages they fill, and never lie in each other */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  static const long sizes[] = {1, 4095, 4096, 4097, 12288, 20000, 65536};
  char *at[7];
  for (int i = 0; i < 7; i++) {
    at[i] = anonymous((unsigned long)sizes[i]);
    long whole = (sizes[i] + PAGE - 1) / PAGE * PAGE;
    say("%ld bytes: aligned %d, zero %d", sizes[i], ((long)at[i] & (PAGE - 1)) == 0, count(at[i], 0, whole) == whole);
    memset(at[i], 'a' + i, (size_t)whole);
  }
  int kept = 1;
  for (int i = 0; i < 7; i++) kept &= count(at[i], 'a' + i, sizes[i]) == sizes[i];
  say("none lies in another: %d", kept);
  for (int i = 0; i < 7; i++) tell("munmap", SYS2(__NR_munmap, at[i], sizes[i]));
  return 0;
}
