/* A clone that fails over its TLS argument makes no child and writes no parent_tid; ARM takes any value. */
#include "guest.h"
#if defined __i386__
#include <asm/ldt.h>
#endif
static int ptid = -7;
static void try(const char *what, unsigned long flags, unsigned long tls) {
  errno = 0;
#if defined __x86_64__
  long pid = syscall(SYS_clone, flags, 0, &ptid, 0, tls);
#else
  long pid = syscall(SYS_clone, flags, 0, &ptid, tls, 0);
#endif
  if (pid == 0) _exit(0);
  int error = errno;
  say("%s: %s, ptid %s", what, pid < 0 ? strerrorname_np(error) : "a child", ptid == -7 ? "untouched" : "written");
  say("wait: %s", waitpid(-1, 0, __WALL) < 0 ? strerrorname_np(errno) : "a child");
}
int main(void) {
  unsigned long flags = CLONE_SETTLS | CLONE_PARENT_SETTID | SIGCHLD;
#if defined __x86_64__
  try("a non-canonical base", flags, 0x8000000000000000);
  try("the first address that is not the user's", flags, 0x7ffffffff000);
  try("flags are looked at first", flags | CLONE_SIGHAND, 0x8000000000000000);
#elif defined __i386__
  struct user_desc desc = {.entry_number = 3, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
  try("an entry that is no TLS entry", flags, (unsigned long)&desc);
  desc.entry_number = -1;
  try("the entry -1", flags, (unsigned long)&desc);
  try("a bad pointer", flags, 8);
  try("flags are looked at first", flags | CLONE_SIGHAND, 8);
#else
  try("flags are looked at first", flags | CLONE_SIGHAND, 8);
#endif
  return 0;
}
