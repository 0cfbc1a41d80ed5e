/* a vfork child has files, directory, handlers and mask of its own although its memory is the parent's */
#include "nommu.h"
static void handler(int signal, siginfo_t *info, void *context) { (void)info, (void)context; say("handler of %d", signal); }
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char where[64];
  on_signal(SIGUSR1, handler, 0);
  SYS1(__NR_chdir, "/");
  long pid = vfork();
  if (pid == 0) {
    unsigned long set[8 / sizeof(long)] = {1ul << (SIGUSR1 - 1)};
    SYS1(__NR_close, 0);
    SYS1(__NR_chdir, "/tmp");
    SYS4(__NR_rt_sigprocmask, SIG_BLOCK, set, 0, 8);
    struct action ignore = {(void (*)(int, siginfo_t *, void *))1, 0, 0, {0}};
    SYS4(__NR_rt_sigaction, SIGUSR1, &ignore, 0, 8);
    SYS1(__NR_umask, 0777);
    _exit(0);
  }
  reap("child", pid);
  tell("file 0 is open", SYS2(__NR_fcntl, 0, F_GETFD));
  SYS2(__NR_getcwd, where, sizeof where);
  say("directory %s", where);
  SYS2(__NR_kill, SYS0(__NR_getpid), SIGUSR1);
  say("umask is the child's: %d", SYS1(__NR_umask, 022) == 0777);
  return 0;
}
