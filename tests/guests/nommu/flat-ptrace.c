/* a tracer is told where text and data of a program are */
#include "nommu.h"
#define PT_TEXT_ADDR 0x10000
#define PT_DATA_ADDR 0x10004
#define PT_TEXT_END_ADDR 0x10008
static volatile int word = 1234;
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) return 0;
  int status = 0;
  unsigned long text = 0, data = 0, end = 0, value = 0;
  long pid = vfork();
  if (pid == 0) {
    SYS4(__NR_ptrace, 0, 0, 0, 0);
    exec_self("x");
    _exit(1);
  }
  SYS4(__NR_wait4, pid, &status, 0, 0);
  say("status %x", status);
  tell("text", SYS4(__NR_ptrace, 3, pid, PT_TEXT_ADDR, &text));
  tell("data", SYS4(__NR_ptrace, 3, pid, PT_DATA_ADDR, &data));
  tell("end of text", SYS4(__NR_ptrace, 3, pid, PT_TEXT_END_ADDR, &end));
  say("behind each other: %d %d", text < end, end <= data);
  say("text is 64 bytes behind its page: %d", (text & (PAGE - 1)) == 64);
  unsigned long place = data + ((unsigned long)&word - entry_r10);
  tell("peek", SYS4(__NR_ptrace, 2, pid, place, &value));
  say("word %ld", (long)value);
  tell("poke", SYS4(__NR_ptrace, 5, pid, place, 77));
  say("poked %d, and its own is %d", *(volatile int *)place, word);
  tell("peek beyond all", SYS4(__NR_ptrace, 2, pid, 16, &value));
  tell("another user word", SYS4(__NR_ptrace, 3, pid, 0x1000c, &value));
  tell("kill", SYS4(__NR_ptrace, 8, pid, 0, 0));
  reap("child", pid);
  return 0;
}
