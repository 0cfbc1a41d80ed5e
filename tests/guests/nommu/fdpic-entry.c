/* an FDPIC program starts with its load map in r7, none of an interpreter in r8, and no dynamic section in r9 */
#include "nommu.h"
static int data = 3;
static char zeros[5000];
int main(int argc, char **argv, char **envp) {
  const unsigned short *map = (const unsigned short *)entry_r7;
  const unsigned long *segment = (const unsigned long *)(map + 2);
  say("version %d, segments %d", map[0], map[1]);
  for (int i = 0; i < map[1]; i++)
    say("segment %d: moved %d, on its place in the page %d", i, segment[3 * i] != segment[3 * i + 1], ((segment[3 * i] ^ segment[3 * i + 1]) & (PAGE - 1)) == 0);
  say("r8 %ld, r9 %ld", entry_r8, entry_r9);
  unsigned long text = segment[0], start = segment[3], here = (unsigned long)main & ~1ul;
  say("main is in the first: %d", here >= text && here < text + segment[2]);
  say("data is in the second: %d", (unsigned long)&data >= start && (unsigned long)&data < start + segment[5]);
  say("data %d, bss zero %d", data, count(zeros, 0, sizeof zeros) == sizeof zeros);
  say("argc %d, %s, %s", argc, argv[argc] ? "?" : "null", envp[0] ? envp[0] : "null");
  say("load map below the strings and above the stack: %d", entry_r7 > (unsigned long)at_entry && entry_r7 < (unsigned long)argv[0]);
  return 0;
}
