/* a PIE's interpreter is loaded beside it, and what is wrong with the interpreter is told before the old program is gone */
#include "nommu.h"
static unsigned char file[65536];
static long length_;
static int header;
static void put(int at, unsigned long value) {
  for (unsigned i = 0; i < sizeof(long); i++) file[at + (int)i] = (unsigned char)(value >> (8 * i));
}
static void try(const char *what, const char *interpreter, unsigned long n) {
  const int wide = sizeof(long) == 8;
  for (unsigned i = 0; interpreter[i]; i++) file[length_ + i] = (unsigned char)interpreter[i], file[length_ + i + 1] = 0;
  *(unsigned *)(void *)(file + header) = 3; /* PT_INTERP */
  put(header + (wide ? 8 : 4), (unsigned long)length_);
  put(header + (wide ? 32 : 16), n);
  run_bytes(what, file, length_ + 64);
}
int main(int argc, char **argv, char **envp) {
  if (argc > 1) {
    extern const char __ehdr_start[] __attribute__((visibility("hidden")));
    while (*envp) envp++;
    for (unsigned long *entry = (unsigned long *)(envp + 1); entry[0]; entry += 2) {
      if (entry[0] == AT_BASE) say("AT_BASE is this interpreter: %d", entry[1] == (unsigned long)__ehdr_start);
      if (entry[0] == AT_PHDR) say("AT_PHDR is the program's: %d", entry[1] != 0 && (entry[1] & -PAGE) != (unsigned long)__ehdr_start);
    }
    return 19;
  }
  (void)argv;
  length_ = read_file("/proc/self/exe", (char *)file, sizeof file - 128);
  SYS1(__NR_close, new_file("/tmp/interpreter", file, length_));
  SYS1(__NR_close, new_file("/tmp/text", "not an ELF file, and yet as long as a header would have to be: this is text, text, text, text, text. Text and again text, text, text, text and text, text, text, text, text, text, text. And text, text, text, text, text, text, text, text, text, text, text, text, text.", 262));
  SYS1(__NR_close, new_file("/tmp/short", "short", 5));
  header = sizeof(long) == 4 ? 52 : 64;
  while (*(unsigned *)(void *)(file + header) != 0x6474e551) header += sizeof(long) == 4 ? 32 : 56;
  try("missing", "/none", 6);
  try("a folder", "/tmp", 5);
  try("text", "/tmp/text", 10);
  try("short", "/tmp/short", 11);
  try("no end of its name", "/tmp/interpreter", 16);
  try("a name of one byte", "/", 1);
  try("a program", "/tmp/interpreter", 17);
  return 0;
}
