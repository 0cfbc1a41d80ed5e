/* bFLT version 2: relocations count from data and name a segment */
#include "nommu.h"
/* movs r0, #33; movs r7, #1; svc 0, behind the header of 64 bytes */
static unsigned char file[128] = "bFLT";
static void put(int at, unsigned long value) {
  for (int i = 0; i < 4; i++) file[at + i] = (unsigned char)(value >> (24 - 8 * i));
}
static void little(int at, unsigned long value) {
  for (int i = 0; i < 4; i++) file[at + i] = (unsigned char)(value >> (8 * i));
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  put(4, 2);
  put(8, 65); /* entry, Thumb */
  put(12, 80); /* data */
  put(16, 88); /* end of data: two words */
  put(20, 92); /* end of bss */
  put(24, 4096);
  put(28, 88); /* relocations */
  put(32, 1);
  put(36, 1); /* in RAM */
  static const unsigned short code[] = {0xf85a, 0x0004, 0x6800, 0x2701, 0xdf00}; /* ldr r0, [r10, r4] and so on, by hand below */
  (void)code;
  /* ldr.w r1, [r10]; ldrb r0, [r1]; movs r7, #1; svc 0: exit with the byte that the moved word points to */
  static const unsigned char text[] = {0xda, 0xf8, 0x00, 0x10, 0x08, 0x78, 0x01, 0x27, 0x00, 0xdf};
  for (unsigned i = 0; i < sizeof text; i++) file[64 + i] = text[i];
  little(80, 4); /* offset 4 of data */
  little(84, 33);
  put(88, 1ul << 30); /* the word at 0 of data points into data */
  SYS1(__NR_close, new_file("/tmp/old", file, 96));
  const char *arguments[] = {"old", 0}, *environment[] = {0};
  static volatile long error;
  long pid = vfork();
  if (pid == 0) {
    error = SYS3(__NR_execve, "/tmp/old", arguments, environment);
    _exit(1);
  }
  if (error) tell("version 2", error);
  reap("child", pid);
  return 0;
}
