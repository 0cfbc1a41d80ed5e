/* A vfork child starts without pending signals and its exec fails or succeeds without touching its parent's memory map. */
#include "guest.h"
int main(int argc, char **argv) {
  if (argc > 1) {
    char *end = (char *)syscall(SYS_brk, 0);
    return syscall(SYS_brk, end + 65536) == (long)(end + 65536) ? 3 : 4;
  }
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  kill(getpid(), SIGUSR1);
  static volatile int pending = -1;
  char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page[0] = 9;
  char *before = (char *)syscall(SYS_brk, 0);
  char *child_argv[] = {argv[0], "child", 0}, *env[] = {0};
  pid_t pid = vfork();
  if (pid == 0) {
    sigset_t mine;
    sigpending(&mine);
    pending = sigismember(&mine, SIGUSR1);
    execve("/proc/self/exe", child_argv, env);
    _exit(127);
  }
  reap("child", pid);
  sigpending(&set);
  say("pending in the child %d, in the parent %d", pending, sigismember(&set, SIGUSR1));
  say("page %d, break moved by %ld", page[0], (long)((char *)syscall(SYS_brk, 0) - before));
  return 0;
}
