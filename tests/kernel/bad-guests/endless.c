/* Programs that never end by themselves and take what they can get: the first argument says which. With a second one it says "ready" first. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *again[3];

static void loop(void) {
  for (;;) __asm__ volatile("");
}

static void ignore_and_loop(void) {
  for (int signo = 1; signo < 32; signo++) signal(signo, SIG_IGN);
  loop();
}

/* The first process stands aside: it must not be the one that is killed when memory is used up. */
static void fork_bomb(void) {
  if (fork() != 0)
    for (;;) pause();
  for (;;) fork();
}

static void hogs(void) {
  for (;;) {
    if (fork() == 0)
      for (;;) {
        char *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) _exit(3);
        memset(p, 1, 1 << 20);
      }
    wait(0);
  }
}

__attribute__((noinline)) static int recurse(volatile int depth) {
  volatile char frame[512];
  frame[depth % 512] = 1;
  return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static void stack_overflows(void) {
  for (;;) {
    if (fork() == 0) _exit(recurse(0));
    wait(0);
  }
}

static void on_fault(int signo) { (void)signo; }

/* The handler returns to the store that faults. */
static void faults(void) {
  stack_t alternate = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&alternate, 0);
  struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};
  sigaction(SIGSEGV, &action, 0);
  *(volatile int *volatile)8 = 1;
}

/* The handler faults again, deeper and deeper on the same stack, in one child after the other. */
static void on_fault_fault(int signo) {
  *(volatile int *volatile)8 = signo;
}
static void faulting_handlers(void) {
  for (;;) {
    if (fork() == 0) {
      struct sigaction action = {.sa_handler = on_fault_fault, .sa_flags = SA_NODEFER};
      sigaction(SIGSEGV, &action, 0);
      on_fault_fault(0);
    }
    wait(0);
  }
}

static int thread(void *unused) {
  (void)unused;
  for (;;) sched_yield();
  return 0;
}

/* Thousands of threads that all run, each with a page of stack; as many again when memory is used up. */
static void threads(void) {
  while (fork() != 0) wait(0);
  for (;;) {
    char *stack = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    if (stack == MAP_FAILED || clone(thread, stack + 4096, flags, 0) < 0) sched_yield();
  }
}

static void execs(void) {
  execv("/proc/self/exe", again);
}

/* Each child of vfork is the parent of the next: all of them sleep but the last. */
static void vforks(void) {
  for (;;)
    if (vfork() < 0) loop();
}

static void signal_storm(void) {
  struct sigaction action = {.sa_handler = on_fault};
  sigaction(SIGUSR1, &action, 0);
  for (;;) kill(getpid(), SIGUSR1);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } programs[] = {{"loop", loop},     {"ignore", ignore_and_loop}, {"forks", fork_bomb},
                  {"hogs", hogs},     {"recursion", stack_overflows}, {"faults", faults},
                  {"handlers", faulting_handlers}, {"threads", threads}, {"execs", execs},
                  {"vforks", vforks}, {"signals", signal_storm}};
  if (argc > 2) write(1, "ready\n", 6); /* not again behind an exec */
  memcpy(again, argv, (argc < 2 ? argc : 2) * sizeof *argv);
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    if (argc > 1 && strcmp(programs[i].name, argv[1]) == 0) programs[i].run();
  return 2;
}
