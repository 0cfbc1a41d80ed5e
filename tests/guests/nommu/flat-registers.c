/* a bFLT program starts with the address of its data in r10 */
#include "nommu.h"
static int data = 1;
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  say("r10 is where data starts: %d", entry_r10 <= (unsigned long)&data && (unsigned long)&data - entry_r10 < 64);
  say("at a multiple of 32: %d", (entry_r10 & 31) == 0);
  long *before = (long *)entry_r10 - 1;
  say("the word in front holds it, as a library's number 0: %d", *before == (long)entry_r10);
  return data - 1;
}
