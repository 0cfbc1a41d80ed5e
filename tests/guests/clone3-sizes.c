/* clone3 takes its arguments in a struct of 64, 80 or 88 bytes and refuses what it does not know. */
#include "guest.h"
#include <linux/sched.h>
static long clone3(void *args, size_t size) {
  long pid = syscall(SYS_clone3, args, size);
  if (pid == 0) _exit(0);
  return pid;
}
static void try(const char *what, void *args, size_t size) {
  long pid = clone3(args, size);
  if (pid < 0) say("%s: %s", what, strerrorname_np(errno));
  else reap(what, pid);
}
static char tail[8192];
int main(void) {
  struct clone_args args = {.exit_signal = SIGCHLD};
  try("64 bytes", &args, 64);
  try("80 bytes", &args, 80);
  try("88 bytes", &args, 88);
  try("63 bytes", &args, 63);
  memcpy(tail, &args, sizeof args);
  try("a tail of zeros", tail, 128);
  tail[120] = 1;
  try("an unknown tail", tail, 128);
  try("more than a page", tail, 4097);
  try("a bad pointer", (void *)8, 64);
  args.flags = SIGCHLD;
  try("a signal in the flags", &args, sizeof args);
  args.flags = 0;
  args.stack = (unsigned long)tail;
  try("a stack without a size", &args, sizeof args);
  args.stack = 0;
  args.stack_size = 4096;
  try("a size without a stack", &args, sizeof args);
  args.stack_size = 0;
  args.exit_signal = 0x100;
  try("an exit signal beyond a byte", &args, sizeof args);
  args.exit_signal = 65;
  try("exit signal 65", &args, sizeof args);
  args.exit_signal = SIGCHLD;
  args.flags = CLONE_PARENT;
  try("PARENT with an exit signal", &args, sizeof args);
  args.flags = CLONE_VFORK;
  try("VFORK", &args, sizeof args);
  return 0;
}
