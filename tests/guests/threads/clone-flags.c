/* clone and clone3 refuse the combinations of flags that make no sense, for threads too, before anything is done. */
#include "threads.h"
struct arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup, more[2];
};
enum {
  VM = 0x100, FS = 0x200, SIGHAND = 0x800, PIDFD = 0x1000, PARENT = 0x8000, THREAD = 0x10000, NEWNS = 0x20000,
  PARENT_SETTID = 0x100000, DETACHED = 0x400000, NEWUSER = 0x10000000, NEWPID = 0x20000000
};
static int word;
static void legacy(const char *what, long flags) {
#ifdef __x86_64__
  long back = syscall(SYS_clone, flags, 0, &word, 0, 0);
#else
  long back = syscall(SYS_clone, flags, 0, &word, 0, 0);
#endif
  if (back == 0) _exit(0);
  say("clone %s: %s", what, back > 0 ? "made" : result(back));
  if (back > 0) waitpid(back, 0, __WALL);
}
static void three(const char *what, struct arguments arguments, size_t size) {
  long back = syscall(435, &arguments, size);
  if (back == 0) _exit(0);
  say("clone3 %s: %s", what, back > 0 ? "made" : result(back));
  if (back > 0) waitpid(back, 0, __WALL);
}
int main(void) {
  legacy("SIGCHLD", SIGCHLD);
  legacy("THREAD", THREAD | SIGCHLD);
  legacy("THREAD, VM", THREAD | VM);
  legacy("SIGHAND", SIGHAND | SIGCHLD);
  legacy("THREAD, SIGHAND", THREAD | SIGHAND);
  legacy("NEWNS, FS", NEWNS | FS | SIGCHLD);
  legacy("NEWUSER, FS", NEWUSER | FS | SIGCHLD);
  legacy("THREAD, NEWPID", THREAD | SIGHAND | VM | NEWPID);
  legacy("THREAD, NEWUSER", THREAD | SIGHAND | VM | NEWUSER);
  legacy("PIDFD, DETACHED", PIDFD | DETACHED | SIGCHLD);
  legacy("PIDFD, PARENT_SETTID", PIDFD | PARENT_SETTID | SIGCHLD);
  say("word %d", word);
  uint64_t same = (uintptr_t)&word;
  three("SIGCHLD", (struct arguments){.exit_signal = SIGCHLD}, 64);
  three("88 bytes", (struct arguments){.exit_signal = SIGCHLD}, 88);
  three("63 bytes", (struct arguments){.exit_signal = SIGCHLD}, 63);
  three("96 bytes of nothing", (struct arguments){.exit_signal = SIGCHLD}, 96);
  three("96 bytes", (struct arguments){.exit_signal = SIGCHLD, .more = {1}}, 96);
  three("5000 bytes", (struct arguments){.exit_signal = SIGCHLD}, 5000);
  three("signal 65", (struct arguments){.exit_signal = 65}, 88);
  three("signal of 64 bits", (struct arguments){.exit_signal = 1ull << 32 | SIGCHLD}, 88);
  three("signal in flags", (struct arguments){.flags = SIGCHLD}, 88);
  three("DETACHED", (struct arguments){.flags = DETACHED}, 88);
  three("flag 1<<63", (struct arguments){.flags = 1ull << 63}, 88);
  three("SIGHAND, CLEAR_SIGHAND", (struct arguments){.flags = VM | SIGHAND | 1ull << 32}, 88);
  three("THREAD with a signal", (struct arguments){.flags = VM | SIGHAND | THREAD, .exit_signal = SIGCHLD}, 88);
  three("PARENT with a signal", (struct arguments){.flags = PARENT, .exit_signal = SIGCHLD}, 88);
  three("stack without size", (struct arguments){.stack = 4096}, 88);
  three("size without stack", (struct arguments){.stack_size = 4096}, 88);
  three("PIDFD, PARENT_SETTID at one place", (struct arguments){.flags = PIDFD | PARENT_SETTID, .pidfd = same, .parent_tid = same}, 88);
  three("INTO_CGROUP of no descriptor", (struct arguments){.flags = 1ull << 33, .cgroup = 99}, 88);
  three("INTO_CGROUP of 64 bits", (struct arguments){.flags = 1ull << 33, .cgroup = 1ull << 31}, 88);
  three("INTO_CGROUP in 80 bytes", (struct arguments){.flags = 1ull << 33}, 80);
  three("set_tid without size", (struct arguments){.set_tid = same}, 88);
  three("size without set_tid", (struct arguments){.set_tid_size = 1}, 88);
  three("33 ids", (struct arguments){.set_tid = same, .set_tid_size = 33}, 88);
  three("unreadable ids", (struct arguments){.set_tid = 64, .set_tid_size = 1, .exit_signal = SIGCHLD}, 88);
  word = -1;
  three("id -1", (struct arguments){.set_tid = same, .set_tid_size = 1, .exit_signal = SIGCHLD}, 88);
  word = getpid();
  three("an id in use", (struct arguments){.set_tid = same, .set_tid_size = 1, .exit_signal = SIGCHLD}, 88);
  return 0;
}
