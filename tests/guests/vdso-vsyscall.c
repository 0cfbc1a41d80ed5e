/* i386's AT_SYSINFO makes any system call, with six arguments and all registers kept, and restarts it after a signal. */
#include "guest.h"
#include <sys/auxv.h>
static void handler(int signal) { (void)signal; say("  handler"); }
#ifdef __i386__
#include <elf.h>
static int fast(long nr, long a, long b, long c, long d, long e, long f) {
  long frame[8] = {nr, a, b, c, d, e, f, getauxval(AT_SYSINFO)};
  long result, changed;
  __asm__ volatile("push %%ebp\n push %%ebx\n push %%eax\n mov %%eax, %%esi\n"
                   "mov 4(%%esi), %%ebx\n mov 8(%%esi), %%ecx\n mov 12(%%esi), %%edx\n mov 20(%%esi), %%edi\n mov 24(%%esi), %%ebp\n"
                   "push 28(%%esi)\n mov (%%esi), %%eax\n mov 16(%%esi), %%esi\n call *(%%esp)\n add $4, %%esp\n"
                   "pop %%esi\n cmp 4(%%esi), %%ebx\n setne %%bl\n cmp 8(%%esi), %%ecx\n setne %%bh\n or %%bl, %%bh\n"
                   "cmp 12(%%esi), %%edx\n setne %%bl\n or %%bl, %%bh\n cmp 20(%%esi), %%edi\n setne %%bl\n or %%bl, %%bh\n"
                   "cmp 24(%%esi), %%ebp\n setne %%bl\n or %%bl, %%bh\n movzbl %%bh, %%ecx\n pop %%ebx\n pop %%ebp\n"
                   : "=a"(result), "=c"(changed) : "a"(frame) : "edx", "esi", "edi", "memory");
  if (changed) say("registers have changed");
  return result;
}
#define MMAP_NR SYS_mmap2
#define SECOND_PAGE 1
#else
static int fast(long nr, long a, long b, long c, long d, long e, long f) {
  long result = syscall(nr, a, b, c, d, e, f);
  return result == -1 ? -errno : result;
}
#ifdef SYS_mmap2
#define MMAP_NR SYS_mmap2
#define SECOND_PAGE 1
#else
#define MMAP_NR SYS_mmap
#define SECOND_PAGE 4096
#endif
#endif
int main(void) {
  say("getpid: %d", fast(SYS_getpid, 1, 2, 3, 4, 5, 6) == getpid());
  say("close(-1): %d", fast(SYS_close, -1, 0, 0, 0, 0, 0));
  long at = 0x20000000;
  int got = fast(MMAP_NR, at, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  say("mmap: %d", got == at);
  *(volatile int *)at = 1;
  int file = open("/proc/self/exe", O_RDONLY);
  say("its sixth argument: %d", fast(MMAP_NR, at, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, SECOND_PAGE) == at);
  char expected[16];
  if (pread(file, expected, 16, 4096) != 16) return 1;
  say("the second page of the file: %d", memcmp((void *)at, expected, 16) == 0);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, 0);
  int fd[2];
  if (pipe(fd) != 0) return 1;
  pid_t parent = getpid(), pid = fork();
  if (pid == 0) {
    let_others_run();
    kill(parent, SIGUSR1);
    let_others_run();
    _exit(write(fd[1], "x", 1) != 1);
  }
  char byte;
  say("a read that restarts: %d", fast(SYS_read, fd[0], (long)&byte, 1, 0, 0, 0));
  waitpid(pid, 0, 0);
  return 0;
}
