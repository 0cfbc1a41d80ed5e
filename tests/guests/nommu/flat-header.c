/* each field of a bFLT header that Linux refuses, and what it takes */
#include "nommu.h"
static unsigned char file[32768], copy[32768];
static long length_;
static void put(int field, unsigned long value) {
  for (int i = 0; i < 4; i++) copy[field * 4 + i] = (unsigned char)(value >> (24 - 8 * i));
}
static unsigned long get(int field) {
  unsigned long value = 0;
  for (int i = 0; i < 4; i++) value = value << 8 | file[field * 4 + i];
  return value;
}
static void try(const char *what) {
  run_bytes(what, copy, length_);
  memcpy(copy, file, (size_t)length_);
}
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) return 17;
  length_ = read_file("/proc/self/exe", (char *)file, sizeof file);
  memcpy(copy, file, (size_t)length_);
  try("as it is");
  copy[3] = 't', try("magic bFLt");
  copy[0] = 'B', try("magic BFLT");
  put(1, 5), try("version 5");
  put(1, 3), try("version 3");
  put(1, 0), try("version 0");
  put(3, 0x10000040), try("text of 2^28 bytes");
  put(4, get(3) - 4), try("data ends before it starts");
  put(4, get(3) + 0x10000000), try("data of 2^28 bytes");
  put(5, get(4) - 4), try("bss ends before it starts");
  put(5, get(4) + 0x10000000), try("bss of 2^28 bytes");
  put(6, 0x10000000), try("stack of 2^28 bytes");
  put(8, 0x10000000), try("2^28 relocations");
  put(8, 0x04000000), try("2^26 relocations");
  put(9, get(9) | 4), try("compressed");
  put(9, get(9) | 8), try("compressed data");
  put(9, get(9) | 32), try("unknown flag");
  put(9, get(9) | 16), try("trace flag");
  put(2, get(2) | 0x01000000), try("entry's highest byte");
  put(10, 0x12345678), try("build date");
  put(15, 1), try("filler");
  put(6, 0), try("no stack asked for");
  if (get(8) > 0) {
    memset(copy + get(7), 0x7f, 4);
    try("a relocation outside the program");
  }
  return 0;
}
