/* wait4 and waitid tell of vfork's and clone's children as on any Linux */
#include "nommu.h"
static int child(void *data) { return (int)(long)data; }
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  tell("no child", SYS4(__NR_wait4, -1, 0, 0, 0));
  long plain = clone_call(CLONE_VM, new_stack(), child, (void *)5, 0, 0, 0);
  tell("without __WCLONE", SYS4(__NR_wait4, -1, 0, 0, 0));
  int status = 0;
  say("with it: %d, status %x", SYS4(__NR_wait4, -1, &status, __WCLONE, 0) == plain, status);
  long pid = vfork();
  if (pid == 0) _exit(6);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  tell("waitid", SYS5(__NR_waitid, P_PID, pid, &info, WEXITED | WNOWAIT, 0));
  say("signal %d, code %d, status %d, pid %d", info.si_signo, info.si_code, info.si_status, info.si_pid == pid);
  tell("WNOHANG", SYS4(__NR_wait4, pid, &status, WNOHANG, 0) == pid);
  tell("again", SYS4(__NR_wait4, pid, &status, WNOHANG, 0));
  return 0;
}
