/* A tracer reads and writes the floating-point registers, and the program goes on with what was written. */
#include "tracer.h"
static double run(double value) {
#if defined(__arm__)
  pid_t pid = getpid();
  register double held __asm__("d8") = value;
  __asm__ volatile("mov r7, #37\n mov r0, %1\n mov r1, %2\n svc 0" : "+w"(held) : "r"(pid), "r"(SIGUSR1) : "r0", "r1", "r7", "memory");
  return held;
#elif defined(__x86_64__)
  pid_t pid = getpid();
  long result;
  register double held __asm__("xmm5") = value;
  __asm__ volatile("syscall" : "=a"(result), "+x"(held) : "a"(SYS_kill), "D"(pid), "S"(SIGUSR1) : "rcx", "r11", "memory");
  return held;
#else
  double held;
  long result;
  __asm__ volatile("fldl %2\n int $0x80\n fstpl %1" : "=a"(result), "=m"(held) : "m"(value), "a"(SYS_kill), "b"(getpid()), "c"(SIGUSR1) : "memory");
  return held;
#endif
}
static void body(void) { say("  child has %d", (int)run(12.0)); }
int main(void) {
  pid_t pid = traced(body, 0);
  proceed("child", PTRACE_CONT, pid, 0);
#if defined(__arm__)
  struct { double d[32]; unsigned fpscr; } vfp;
  struct iovec part = {&vfp, 260};
  request(PTRACE_GETREGSET, pid, 0x400, (unsigned long)&part);
  say("it holds %d", (int)vfp.d[8]);
  vfp.d[8] = 34;
  request(28, pid, 0, (unsigned long)&vfp);
#elif defined(__x86_64__)
  struct user_fpregs_struct fp;
  double held;
  request(PTRACE_GETFPREGS, pid, 0, (unsigned long)&fp);
  memcpy(&held, &fp.xmm_space[5 * 4], 8);
  say("it holds %d", (int)held);
  held = 34;
  memcpy(&fp.xmm_space[5 * 4], &held, 8);
  struct iovec part = {&fp, sizeof fp};
  request(PTRACE_SETREGSET, pid, NT_PRFPREG, (unsigned long)&part);
#else
  struct user_fpxregs_struct fx;
  struct user_fpregs_struct fp;
  long double held;
  request(PTRACE_GETFPXREGS, pid, 0, (unsigned long)&fx);
  memcpy(&held, &fx.st_space[0], 10);
  say("it holds %d", (int)held);
  request(PTRACE_GETFPREGS, pid, 0, (unsigned long)&fp);
  held = 34;
  memcpy(&fp.st_space[0], &held, 10);
  request(PTRACE_SETFPREGS, pid, 0, (unsigned long)&fp);
#endif
  proceed("child", PTRACE_CONT, pid, 0);
  return 0;
}
