/* a static PIE is loaded as one block, wherever there is room, and can move itself there */
#include "nommu.h"
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
static int data = 5;
static char zeros[9000];
static int *volatile pointer = &data;
static char *volatile to_zeros = zeros + 8999;
static const char *volatile text = "moved";
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  say("data %d, bss %d, text %s", *pointer, *to_zeros, text);
  say("bss is zero: %d", count(zeros, 0, sizeof zeros) == sizeof zeros);
  say("starts with its header: %d, on a page: %d", starts(__ehdr_start + 1, "ELF"), ((long)__ehdr_start & (PAGE - 1)) == 0);
  say("data is behind it: %d", (char *)&data > __ehdr_start && (char *)&data - __ehdr_start < 65536);
  *(volatile char *)__ehdr_start = 'W';
  say("its text can be written: %c", *(volatile const char *)__ehdr_start);
  return 0;
}
