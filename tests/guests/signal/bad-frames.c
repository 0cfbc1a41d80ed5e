/* a frame that cannot be written or read is SIGSEGV: by the handler for it if it can run, else by death */
#include "../guest.h"

static char stack[65536];

static void on_signal(int signo) { say("handler of %d", signo); }

static void on_segv(int signo) {
  say("handler of %d on its own stack", signo);
  _exit(7);
}

static void without_stack(int signo) {
#if defined(__x86_64__)
  __asm__ volatile("mov %0, %%rdi\n\tmov %1, %%rsi\n\tmov %2, %%eax\n\txor %%esp, %%esp\n\tsyscall\n\thlt"
                   : : "r"((long)getpid()), "r"((long)signo), "i"(SYS_kill) : "rdi", "rsi", "rax");
#elif defined(__i386__)
  __asm__ volatile("mov %2, %%eax\n\txor %%esp, %%esp\n\tint $0x80\n\thlt" : : "b"(getpid()), "c"(signo), "i"(SYS_kill));
#else
  register long r0 __asm__("r0") = getpid();
  register long r1 __asm__("r1") = signo;
  register long r7 __asm__("r7") = SYS_kill;
  __asm__ volatile("mov sp, #0\n\tsvc #0\n\t.inst 0xe7f000f0" : : "r"(r0), "r"(r1), "r"(r7));
#endif
}

static void bad_return(void) {
#if defined(__x86_64__)
  __asm__ volatile("mov $8, %%rsp\n\tmov %0, %%eax\n\tsyscall\n\thlt" : : "i"(SYS_rt_sigreturn));
#elif defined(__i386__)
  __asm__ volatile("mov $8, %%esp\n\tmov %0, %%eax\n\tint $0x80\n\thlt" : : "i"(SYS_rt_sigreturn));
#else
  register long r7 __asm__("r7") = SYS_rt_sigreturn;
  __asm__ volatile("mov sp, #8\n\tsvc #0\n\t.inst 0xe7f000f0" : : "r"(r7));
#endif
}

int main(void) {
  signal(SIGUSR1, on_signal);
  pid_t child = fork();
  if (child == 0) without_stack(SIGUSR1);
  reap("no stack for the frame", child);
  child = fork();
  if (child == 0) {
    signal(SIGSEGV, on_signal);
    without_stack(SIGUSR1);
  }
  reap("nor for SIGSEGV's", child);
  child = fork();
  if (child == 0) {
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, 0);
    struct sigaction action = {.sa_handler = on_segv, .sa_flags = SA_ONSTACK};
    sigaction(SIGSEGV, &action, 0);
    without_stack(SIGUSR1);
  }
  reap("but SIGSEGV has a stack of its own", child);
  child = fork();
  if (child == 0) bad_return();
  reap("return from a frame that is not there", child);
  child = fork();
  if (child == 0) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    sigprocmask(SIG_BLOCK, &set, 0);
    *(volatile char *)0 = 0;
  }
  reap("a fault while SIGSEGV is blocked", child);
  child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_IGN);
    *(volatile char *)0 = 0;
  }
  reap("a fault while SIGSEGV is ignored", child);
}
