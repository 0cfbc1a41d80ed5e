/* What the tracers among the test guests share: one fork, stops as text, registers by their role. */
#ifndef TRACER_H
#define TRACER_H
#include "guest.h"
#include <elf.h>
#include <stddef.h>
#ifdef __dietlibc__ /* its own header does not go with the kernel's */
long ptrace(int request, pid_t pid, const volatile void *addr, const volatile void *data);
#define __ptrace_peeksiginfo_args ptrace_peeksiginfo_args
#define PTRACE_PEEKUSER PTRACE_PEEKUSR
#define PTRACE_POKEUSER PTRACE_POKEUSR
#else
#include <sys/ptrace.h>
#endif
#include <sys/uio.h>
#include <sys/user.h>
#include <linux/ptrace.h>

#if defined(__x86_64__)
typedef struct user_regs_struct Regs;
#define IP(r) ((r).rip)
#define SP(r) ((r).rsp)
#define RESULT(r) ((r).rax)
#define SYSCALL_NR(r) ((r).orig_rax)
#define BREAKPOINT 0xcc
#define BREAKPOINT_BYTES 1
#elif defined(__i386__)
typedef struct user_regs_struct Regs;
#define IP(r) ((r).eip)
#define SP(r) ((r).esp)
#define RESULT(r) ((r).eax)
#define SYSCALL_NR(r) ((r).orig_eax)
#define BREAKPOINT 0xcc
#define BREAKPOINT_BYTES 1
#else
typedef struct { unsigned long uregs[18]; } Regs;
#define IP(r) ((r).uregs[15])
#define SP(r) ((r).uregs[13])
#define RESULT(r) ((r).uregs[0])
#define SYSCALL_NR(r) ((r).uregs[7])
#define BREAKPOINT 0xe7f001f0
#define BREAKPOINT_BYTES 4
#endif

__attribute__((unused)) static const char *event_name(int event) {
  static const char *const names[] = {"", "FORK", "VFORK", "CLONE", "EXEC", "VFORK_DONE", "EXIT"};
  return event == 128 ? "STOP" : event < 7 ? names[event] : "?";
}

/* "stopped by SIGTRAP, event VFORK", and the like. */
__attribute__((unused)) static void say_stop(const char *who, int status) {
  if (!WIFSTOPPED(status)) say_status(who, status);
  else if (status >> 16) say("%s: event %s, SIG%s", who, event_name(status >> 16), sigabbrev_np(WSTOPSIG(status) & 0x7f));
  else say("%s: SIG%s%s", who, sigabbrev_np(WSTOPSIG(status) & 0x7f), WSTOPSIG(status) & 0x80 ? " of a system call" : "");
}

/* Wait for that task, say what it tells, and give the status. */
__attribute__((unused)) static int await(const char *who, pid_t pid) {
  int status = 0;
  pid_t got = waitpid(pid, &status, __WALL);
  if (got < 0) say("%s: waitpid: %s", who, strerrorname_np(errno));
  else say_stop(who, status);
  return status;
}

/* The same, silently. */
__attribute__((unused)) static int quietly(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, __WALL) != pid) _exit(98);
  return status;
}

/* A request that is to succeed. */
__attribute__((unused)) static void request(int what, pid_t pid, unsigned long addr, unsigned long data) {
  if (ptrace(what, pid, (void *)addr, (void *)data) != 0) say("request %d: %s", what, strerrorname_np(errno));
}

/* A request that may fail, by the name of its error. */
__attribute__((unused)) static const char *attempt(int what, pid_t pid, unsigned long addr, unsigned long data) {
  errno = 0;
  long result = ptrace(what, pid, (void *)addr, (void *)data);
  return result == -1 && errno != 0 ? strerrorname_np(errno) : "fine";
}

__attribute__((unused)) static Regs registers(pid_t pid) {
  Regs regs = {0};
  request(PTRACE_GETREGS, pid, 0, (unsigned long)&regs);
  return regs;
}

__attribute__((unused)) static void set_registers(pid_t pid, Regs regs) {
  request(PTRACE_SETREGS, pid, 0, (unsigned long)&regs);
}

__attribute__((unused)) static unsigned long message(pid_t pid) {
  unsigned long value = 0;
  request(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&value);
  return value;
}

/* A child that is traced, stopped by its own SIGSTOP in front of `run`, with these options. */
__attribute__((unused)) static pid_t traced(void (*run)(void), unsigned long options) {
  pid_t pid = fork();
  if (pid == 0) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) _exit(97);
    raise(SIGSTOP);
    run();
    _exit(0);
  }
  quietly(pid);
  if (options) request(PTRACE_SETOPTIONS, pid, 0, options);
  return pid;
}

/* Set going and wait. */
__attribute__((unused)) static int proceed(const char *who, int how, pid_t pid, int signal) {
  request(how, pid, 0, signal);
  return await(who, pid);
}
#endif
