/* `int $0x80` enters the i386 table of system calls, from 64-bit code too, with the low halves of the registers. */
#include "guest.h"
#include <time.h>
#ifdef __x86_64__
#define CLOBBERED , "r8", "r9", "r10", "r11"
#else
#define CLOBBERED
#endif
#if defined(__x86_64__) || defined(__i386__)
static int int80(int nr, long a, long b, long c) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory", "cc" CLOBBERED);
  return result;
}
#else
static int int80(int nr, long a, long b, long c) {
  long result = syscall(nr, a, b, c);
  return result == -1 ? -errno : result;
}
#endif
static char text[] = "written by number 4\n";
static struct { int sec, nsec; } when;
int main(void) {
  say("getpid is 20: %d", int80(20, 0, 0, 0) == getpid());
  say("write is 4: %d", int80(4, 1, (long)text, sizeof text - 1));
  say("close is 6: %d", int80(6, -1, 0, 0));
  say("a bad pointer: %d", int80(4, 1, 8, 4));
  say("clock_gettime has the small timespec: %d, %d", int80(
#ifdef __arm__
      263
#else
      265
#endif
      , CLOCK_MONOTONIC, (long)&when, 0), when.nsec < 1000000000);
  pid_t pid = int80(2, 0, 0, 0);
  if (pid == 0) _exit(3);
  reap("fork is 2", pid);
  return 0;
}
