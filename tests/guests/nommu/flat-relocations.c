/* a bFLT loader moves the words that hold addresses, in text and in data, and leaves 0 alone */
#include "nommu.h"
static int data[4] = {10, 11, 12, 13};
static int bss[4];
static int *volatile to_data = &data[2];
static int *volatile to_bss = &bss[3];
static int *volatile behind_bss = &bss[4];
static const char *volatile to_text = "constant";
static int (*volatile to_code)(int, char **, char **) = main;
static void *volatile to_nothing = 0;
static void *volatile to_itself = (void *)&to_itself;
static int *const constant[3] = {&data[0], &bss[1], 0};
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc == 100) return 55;
  say("data %d, bss %d", *to_data, *to_bss);
  say("addresses: %d %d %d", to_data == &data[2], to_bss == &bss[3], behind_bss == to_bss + 1);
  say("text %s, code %d", to_text, to_code(100, 0, 0));
  say("null %d, itself %d", to_nothing == 0, to_itself == &to_itself);
  int *const *volatile table = constant;
  say("in text: %d %d %d", table[0] == data, table[1] == bss + 1, table[2] == 0);
  return 0;
}
