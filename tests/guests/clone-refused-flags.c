/* Combinations of clone flags that make no sense are EINVAL and leave no child. */
#include "guest.h"
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
static int pidfd;
static void try(const char *what, unsigned long flags) {
  long pid = syscall(SYS_clone, flags, 0, &pidfd, 0, 0);
  if (pid == 0) _exit(0);
  say("%s: %s", what, pid < 0 ? strerrorname_np(errno) : "a child");
}
int main(void) {
  try("NEWNS FS", CLONE_NEWNS | CLONE_FS | SIGCHLD);
  try("NEWUSER FS", CLONE_NEWUSER | CLONE_FS | SIGCHLD);
  try("THREAD without SIGHAND", CLONE_THREAD | CLONE_VM);
  try("SIGHAND without VM", CLONE_SIGHAND | SIGCHLD);
  try("THREAD SIGHAND without VM", CLONE_THREAD | CLONE_SIGHAND);
  try("THREAD NEWPID", CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_NEWPID);
  try("PIDFD DETACHED", CLONE_PIDFD | CLONE_DETACHED | SIGCHLD);
  try("PIDFD PARENT_SETTID", CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD);
  say("wait: %s", waitpid(-1, 0, __WALL) < 0 ? strerrorname_np(errno) : "a child");
  return 0;
}
