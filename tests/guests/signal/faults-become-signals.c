/* a fault's siginfo and the interrupted registers tell what happened where */
#include "../guest.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;
static char *page;
static volatile char lost;
static char *code;

static void on_fault(int signo, siginfo_t *info, void *context) {
  char *addr = info->si_addr;
  const char *where = addr == 0                ? "null"
                      : addr >= page && addr < page + 4096 ? "page"
                      : addr >= code && addr < code + 4096 ? "code"
                                                           : "elsewhere";
  long at = addr >= page && addr < page + 4096 ? addr - page : addr >= code && addr < code + 4096 ? addr - code : 0;
#if defined(__x86_64__) || defined(__i386__)
  ucontext_t *uc = context;
  greg_t *regs = uc->uc_mcontext.gregs;
#ifdef __x86_64__
  char *ip = (char *)regs[REG_RIP];
#else
  char *ip = (char *)regs[REG_EIP];
#endif
  int in_code = ip >= code && ip < code + 4096;
  say("signal %d code %d addr %s+%ld trapno %d err %d ip %s+%ld", signo, info->si_code, where, at, (int)regs[REG_TRAPNO],
      (int)regs[REG_ERR], in_code ? "code" : "main", in_code ? (long)(ip - code) : 0L);
#else
  (void)context;
  say("signal %d code %d addr %s+%ld", signo, info->si_code, where, at);
#endif
  siglongjmp(back, 1);
}

__attribute__((unused)) static void run(const char *what, const char *bytes, int count) {
  memcpy(code, bytes, count);
  say("%s", what);
  if (sigsetjmp(back, 1) == 0) ((void (*)(void))code)();
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  for (int i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
  page = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  lost = page[0];
  say("write to a read-only page");
  if (sigsetjmp(back, 1) == 0) *(volatile char *)(page + 123) = 1;
  munmap(page, 4096);
  say("read of an unmapped page");
  if (sigsetjmp(back, 1) == 0) (void)*(volatile char *)(page + 7);
  say("write through null");
  if (sigsetjmp(back, 1) == 0) *(volatile char *)0 = 1;
  page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  say("call of data");
  if (sigsetjmp(back, 1) == 0) ((void (*)(void))page)();
#if defined(__x86_64__) || defined(__i386__)
  run("ud2", "\x90\x0f\x0b", 3);
  run("int3", "\x90\xcc\xc3", 3);
  run("divide by zero", "\x31\xc9\xf7\xf1\xc3", 5);
  run("hlt", "\xf4", 1);
  run("int 0x20", "\xcd\x20", 2);
  run("in", "\xec", 1);
  run("x87 division by zero, unmasked", "\x68\x7b\x03\x00\x00\xd9\x2c\x24\x58\xd9\xe8\xd9\xee\xde\xf9\x9b\xc3", 17);
  __asm__ volatile("fninit");
#endif
#ifdef __i386__
  run("into", "\xb0\x7f\x04\x01\xce\xc3", 6);
#endif
  say("done");
}
