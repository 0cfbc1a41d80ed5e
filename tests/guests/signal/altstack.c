/* SA_ONSTACK puts the frame on the alternate stack, and every rule of sigaltstack holds */
#include "../guest.h"
#include <setjmp.h>
#include <sys/resource.h>
#include <ucontext.h>

static char *stack_low;
enum { SIZE = 32768 };
static sigjmp_buf back;
static int level;

static int on_it(const void *at) { return (char *)at >= stack_low && (char *)at < stack_low + SIZE; }

static void on_signal(int signo, siginfo_t *info, void *context) {
  (void)info;
  ucontext_t *uc = context;
  char here;
  stack_t now, other = {.ss_sp = stack_low, .ss_size = SIZE, .ss_flags = 0};
  sigaltstack(0, &now);
  say("%d on the stack %d, sigaltstack says %#x, context says %#x size %ld", signo, on_it(&here), now.ss_flags,
      uc->uc_stack.ss_flags, (long)uc->uc_stack.ss_size);
  if (now.ss_flags == SS_ONSTACK) say("change while on it: %s", sigaltstack(&other, 0) < 0 ? strerrorname_np(errno) : "ok");
  if (level++ == 0) raise(SIGUSR2);
}

static int eat(int depth) {
  volatile char space[512];
  space[depth % 512] = (char)depth;
  return depth > 0 ? eat(depth - 1) + space[depth % 512] : 0;
}
static void on_overflow(int signo) {
  (void)signo;
  siglongjmp(back, 1);
}
static void *volatile lost;
static void recurse(void) {
  char block[4096];
  memset(block, 1, sizeof block);
  lost = block;
  if (lost) recurse();
  lost = 0;
}

int main(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){8 << 20, 8 << 20});
  stack_low = mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t stack = {.ss_sp = stack_low, .ss_size = SIZE}, old;
  sigaltstack(0, &old);
  say("at first: flags %#x size %ld", old.ss_flags, (long)old.ss_size);
  stack.ss_size = 2047;
  say("too small: %s", sigaltstack(&stack, 0) < 0 ? strerrorname_np(errno) : "ok");
  stack.ss_size = SIZE;
  stack.ss_flags = 4;
  say("wrong flags: %s", sigaltstack(&stack, 0) < 0 ? strerrorname_np(errno) : "ok");
  stack.ss_flags = 0;
  say("set: %d", sigaltstack(&stack, &old));
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGUSR1, &action, 0);
  sigaction(SIGUSR2, &action, 0);
  raise(SIGUSR1);
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR2, &action, 0);
  raise(SIGUSR2);
  stack.ss_flags = 1u << 31;
  say("autodisarm: %d", sigaltstack(&stack, 0));
  level = 1;
  raise(SIGUSR1);
  sigaltstack(0, &old);
  say("afterwards: flags %#x size %ld", old.ss_flags, (long)old.ss_size);
  stack.ss_flags = 0;
  sigaltstack(&stack, 0);
  struct sigaction overflow = {.sa_handler = on_overflow, .sa_flags = SA_ONSTACK};
  sigaction(SIGSEGV, &overflow, 0);
  if (sigsetjmp(back, 1) == 0) recurse();
  say("survived a stack overflow");
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, 0);
  sigaltstack(0, &old);
  say("disabled: flags %#x size %ld", old.ss_flags, (long)old.ss_size);
  say("eaten %d", eat(4) > 0);
  pid_t child = fork();
  if (child == 0) recurse();
  reap("overflow without a stack for the handler", child);
}
