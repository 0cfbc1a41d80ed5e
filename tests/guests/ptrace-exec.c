/* An execve is told by SIGTRAP without options, by its event with PTRACE_O_TRACEEXEC, and not at all to who has seized and not asked. */
#include "tracer.h"
static char self[200];
static void body(void) {
  char *args[] = {self, "again", 0};
  char *none[] = {"/does/not/exist", 0};
  execv(none[0], none);
  execv(self, args);
  _exit(9);
}
static void follow(const char *title, pid_t pid) {
  int status = 0;
  say("%s:", title);
  for (;;) {
    status = quietly(pid);
    say_stop("  child", status);
    if (!WIFSTOPPED(status)) return;
    siginfo_t info = {0};
    request(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info);
    say("  si_code %d, from itself %d, message is its pid %d", info.si_code, info.si_pid == pid,
        message(pid) == (unsigned long)pid);
    request(PTRACE_CONT, pid, 0, 0);
  }
}
int main(int argc, char **argv) {
  if (argc > 1) return 3;
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) return 1;
  (void)argv;
  pid_t pid = traced(body, 0);
  request(PTRACE_CONT, pid, 0, 0);
  follow("plain", pid);
  pid = traced(body, PTRACE_O_TRACEEXEC);
  request(PTRACE_CONT, pid, 0, 0);
  follow("with the option", pid);
  int go[2];
  if (pipe(go) != 0) return 1;
  for (int option = 0; option < 2; option++) {
    pid = fork();
    if (pid == 0) {
      char byte;
      if (read(go[0], &byte, 1) == 1) body();
      _exit(1);
    }
    request(PTRACE_SEIZE, pid, 0, option ? PTRACE_O_TRACEEXEC : 0);
    if (write(go[1], "x", 1) != 1) return 1;
    follow(option ? "seized, with the option" : "seized", pid);
  }
  return 0;
}
