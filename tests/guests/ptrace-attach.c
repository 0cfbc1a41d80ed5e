/* PTRACE_ATTACH stops a process that runs or sleeps by SIGSTOP; PTRACE_DETACH lets it go, with a signal if asked. */
#include "tracer.h"
static int tracer_of(pid_t pid) {
  char path[64], text[2048] = "";
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  int fd = open(path, O_RDONLY);
  if (read(fd, text, sizeof text - 1) <= 0) return -1;
  close(fd);
  const char *line = strstr(text, "TracerPid:");
  return line ? atoi(line + 10) : -1;
}
int main(void) {
  int go[2], said[2];
  char byte;
  if (pipe(go) != 0 || pipe(said) != 0) return 1;
  pid_t pid = fork();
  if (pid == 0) {
    say("  child: read gives %zd", read(go[0], &byte, 1));
    if (write(said[1], "s", 1) != 1) _exit(1);
    for (;;) pause();
  }
  let_others_run();
  say("nobody traces it: %d", tracer_of(pid));
  request(PTRACE_ATTACH, pid, 0, 0);
  await("child", pid);
  say("we do: %d", tracer_of(pid) == getpid());
  say("twice: %s", attempt(PTRACE_ATTACH, pid, 0, 0));
  request(PTRACE_DETACH, pid, 0, 0);
  say("nobody again: %d", tracer_of(pid));
  say("a request: %s", attempt(PTRACE_PEEKDATA, pid, 0, 0));
  if (write(go[1], "x", 1) != 1 || read(said[0], &byte, 1) != 1) return 1;
  request(PTRACE_ATTACH, pid, 0, 0);
  await("child", pid);
  request(PTRACE_DETACH, pid, 0, SIGTERM);
  await("child", pid);
  say("ourselves: %s", attempt(PTRACE_ATTACH, getpid(), 0, 0));
  say("nobody: %s", attempt(PTRACE_ATTACH, NOBODY, 0, 0));
  return 0;
}
