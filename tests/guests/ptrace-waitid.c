/* waitid tells stops of a tracee as CLD_TRAPPED with the whole code as its status, and WNOWAIT leaves them there. */
#include "tracer.h"
static void body(void) {
  pid_t pid = vfork();
  if (pid == 0) _exit(0);
  waitpid(pid, 0, 0);
}
static void look(const char *when, pid_t pid, int options) {
  siginfo_t info = {0};
  int result = waitid(P_PID, pid, &info, options);
  say("%s: %d, code %d, status %#x, its pid %d", when, result, info.si_code, info.si_status, info.si_pid == pid);
}
int main(void) {
  pid_t pid = traced(body, PTRACE_O_TRACEVFORK);
  request(PTRACE_CONT, pid, 0, 0);
  look("peek", pid, WSTOPPED | WNOWAIT);
  look("take", pid, WSTOPPED);
  look("gone", pid, WSTOPPED | WNOHANG);
  pid_t child = message(pid);
  look("child", child, WSTOPPED);
  request(PTRACE_CONT, child, 0, 0);
  look("child", child, WEXITED);
  request(PTRACE_KILL, pid, 0, 0);
  look("killed", pid, WEXITED);
  return 0;
}
