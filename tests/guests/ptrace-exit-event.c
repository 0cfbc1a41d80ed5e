/* PTRACE_EVENT_EXIT stops a dying task while its memory and registers are still there, and its message is the status. */
#include "tracer.h"
static volatile int value = 41;
static void by_exit(void) { value++; _exit(7); }
static void by_signal(void) { raise(SIGTERM); }
static void by_fault(void) { *(volatile int *)8 = 1; }
static void forever(void) { for (;;) pause(); }
static void follow(const char *title, void (*run)(void), int deadly) {
  pid_t pid = traced(run, PTRACE_O_TRACEEXIT);
  say("%s:", title);
  if (deadly == SIGKILL) {
    request(PTRACE_CONT, pid, 0, 0);
    kill(pid, SIGKILL);
  } else {
    request(PTRACE_CONT, pid, 0, 0);
    if (deadly) {
      await("  child", pid);
      request(PTRACE_CONT, pid, 0, deadly);
    }
  }
  await("  child", pid);
  say("  message %#lx, value %ld", message(pid) & ~0x80ul, ptrace(PTRACE_PEEKDATA, pid, &value, 0) & 0xff);
  say("  registers: %d", SP(registers(pid)) != 0);
  int status = 0;
  request(PTRACE_CONT, pid, 0, 0);
  waitpid(pid, &status, __WALL);
  say_status("  child", status & ~0x80);
}
int main(void) {
  follow("exit", by_exit, 0);
  follow("a signal", by_signal, SIGTERM);
  follow("a fault", by_fault, SIGSEGV);
  follow("SIGKILL", forever, SIGKILL);
  return 0;
}
