/* a handler may change the interrupted registers and mask, but not privileged flags or selectors */
#include "../guest.h"
#include <ucontext.h>

#if defined(__x86_64__)
#define AX REG_RAX
#define IP REG_RIP
#define FLAGS REG_EFL
#elif defined(__i386__)
#define AX REG_EAX
#define IP REG_EIP
#define FLAGS REG_EFL
#endif

static int mode;

static void on_signal(int signo, siginfo_t *info, void *context) {
  (void)info;
  ucontext_t *uc = context;
  say("flags %#lx link %d stack flags %d blocked usr2 %d", uc->uc_flags & ~1ul, uc->uc_link != 0, uc->uc_stack.ss_flags,
      sigismember(&uc->uc_sigmask, SIGUSR2));
  if (mode == 1) sigaddset(&uc->uc_sigmask, SIGUSR2);
  if (mode == 1) sigaddset(&uc->uc_sigmask, SIGKILL);
#ifdef AX
  greg_t *regs = uc->uc_mcontext.gregs;
  if (signo == SIGILL) {
    regs[IP] += 2;
    regs[AX] = 0x1234;
  }
  if (mode == 2) regs[FLAGS] |= 0x3000 | 0x20000 | 0x200000 | 0x40000 | 0x800;
#ifdef __x86_64__
  if (mode == 3) regs[REG_CSGSFS] = (regs[REG_CSGSFS] & ~0xffffll) | 0x10;
  if (mode == 4) regs[REG_RIP] = 0x800000000000ll;
  if (mode == 5) ((unsigned *)uc->uc_mcontext.fpregs)[6] = 0xffffffff;
  if (mode == 6) uc->uc_mcontext.fpregs = 0;
  if (mode == 7) uc->uc_mcontext.fpregs = (void *)8;
#else
  if (mode == 3) regs[REG_CS] = 0x10;
  if (mode == 4) regs[REG_SS] = 0x10;
  if (mode == 5) ((unsigned *)((char *)uc->uc_mcontext.fpregs + 112))[6] = 0xffffffff;
  if (mode == 6) uc->uc_mcontext.fpregs = 0;
  if (mode == 7) uc->uc_mcontext.fpregs = (void *)8;
#endif
#else
  if (signo == SIGILL) {
    uc->uc_mcontext.arm_pc += 4;
    uc->uc_mcontext.arm_r0 = 0x1234;
  }
#endif
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, 0);
  sigaction(SIGILL, &action, 0);
  raise(SIGUSR1);
  mode = 1;
  raise(SIGUSR1);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, 0, &mask);
  say("mask from the context: usr2 %d kill %d usr1 %d", sigismember(&mask, SIGUSR2), sigismember(&mask, SIGKILL),
      sigismember(&mask, SIGUSR1));
  mode = 0;
  unsigned value;
#ifdef AX
  __asm__ volatile("ud2" : "=a"(value));
#else
  register unsigned r0 __asm__("r0");
  __asm__ volatile(".inst 0xe7f000f0" : "=r"(r0));
  value = r0;
#endif
  say("register from the context %#x", value);
#ifdef AX
  mode = 2;
  raise(SIGUSR1);
  unsigned long flags;
  __asm__ volatile("pushf\n\tpop %0\n\tpush %0\n\tandl $~0x40000,(%%" 
#ifdef __x86_64__
  "rsp"
#else
  "esp"
#endif
  ")\n\tpopf" : "=r"(flags));
  say("flags that took effect %#lx", flags & (0x3000 | 0x20000 | 0x200000 | 0x40000));
  for (mode = 3; mode <= 7; mode++) {
    pid_t child = fork();
    if (child == 0) {
      raise(SIGUSR1);
      _exit(0);
    }
    char name[] = "mode 0";
    name[5] = (char)('0' + mode);
    reap(name, child);
  }
#endif
}
