/*
 * What the programs for machines without an MMU stand on. No C library of Debian's runs there, so this is all they have:
 * the start, system calls, lines, children. The same source becomes a bFLT file (FLAT; ROM: code reaches data from r9 and can
 * stay in the file), an FDPIC ELF file (FDPIC) or a static PIE. Calls return what the kernel does: an error is its negative number.
 */
#ifndef NOMMU_H
#define NOMMU_H
#include <asm/errno.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define UNUSED __attribute__((unused))
#define PAGE 4096L

/* ---- system calls ---- */
static inline long sys6(long n, long a, long b, long c, long d, long e, long f) {
#if defined __arm__
  register long r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c, r3 __asm__("r3") = d;
  register long r4 __asm__("r4") = e, r5 __asm__("r5") = f, r7 __asm__("r7") = n;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5), "r"(r7) : "memory");
  return r0;
#elif defined __x86_64__
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "+a"(n) : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return n;
#else
  long out, args[2] = {n, f};
  __asm__ volatile(
    "push %%ebx; mov %2, %%ebx; push %%ebp; mov 4(%1), %%ebp; mov (%1), %%eax; int $0x80; pop %%ebp; pop %%ebx"
    : "=a"(out) : "0"(args), "r"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
  return out;
#endif
}
#define SYS0(n) sys6(n, 0, 0, 0, 0, 0, 0)
#define SYS1(n, a) sys6(n, (long)(a), 0, 0, 0, 0, 0)
#define SYS2(n, a, b) sys6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYS3(n, a, b, c) sys6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS4(n, a, b, c, d) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYS5(n, a, b, c, d, e) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYS6(n, a, b, c, d, e, f) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* What the calls of a word's width take. */
struct seconds { long sec, part; };

__attribute__((noreturn)) static inline void _exit(int status) {
  for (;;) SYS1(__NR_exit_group, status);
}
__attribute__((noreturn)) UNUSED static inline void exit_thread(int status) {
  for (;;) SYS1(__NR_exit, status);
}

/* The return address is kept in a register, as each libc does: the child's calls overwrite the one on the stack. */
long vfork(void) __attribute__((returns_twice));
/* A child that runs fn(arg) on `stack`, its highest address, and exits with what that returns. */
long clone_call(unsigned long flags, void *stack, int (*fn)(void *), void *arg, int *ptid, void *tls, int *ctid);
void restore_rt(void);

#if defined __arm__
__asm__(".syntax unified\n.thumb\n.pushsection .text.calls,\"ax\",%progbits\n"
        ".thumb_func\n.type vfork,%function\n.globl vfork\nvfork: mov ip, r7\n movs r7, #190\n svc 0\n mov r7, ip\n bx lr\n"
        ".thumb_func\n.type clone_call,%function\n.globl clone_call\nclone_call: push {r4-r8, lr}\n subs r1, #8\n str r2, [r1]\n str r3, [r1, #4]\n"
        " ldr r2, [sp, #24]\n ldr r3, [sp, #28]\n ldr r4, [sp, #32]\n movs r7, #120\n svc 0\n cbz r0, 1f\n pop {r4-r8, pc}\n"
        "1: pop {r1}\n pop {r0}\n blx r1\n movs r7, #1\n svc 0\n"
        ".thumb_func\n.type restore_rt,%function\n.globl restore_rt\nrestore_rt: movs r7, #173\n svc 0\n.popsection\n");
#elif defined __x86_64__
__asm__(".pushsection .text.calls,\"ax\",@progbits\n"
        ".globl vfork\nvfork: pop %rdi\n mov $58, %eax\n syscall\n push %rdi\n ret\n"
        ".globl clone_call\nclone_call: sub $16, %rsi\n mov %rdx, (%rsi)\n mov %rcx, 8(%rsi)\n mov %r8, %rdx\n mov %r9, %r8\n"
        " mov 8(%rsp), %r10\n mov $56, %eax\n syscall\n test %eax, %eax\n jz 1f\n ret\n"
        "1: xor %ebp, %ebp\n pop %rax\n pop %rdi\n call *%rax\n mov %eax, %edi\n mov $60, %eax\n syscall\n"
        ".globl restore_rt\nrestore_rt: mov $15, %eax\n syscall\n.popsection\n");
#else
__asm__(".pushsection .text.calls,\"ax\",@progbits\n"
        ".globl vfork\nvfork: pop %ecx\n mov $190, %eax\n int $0x80\n push %ecx\n ret\n"
        ".globl clone_call\nclone_call: push %ebx\n push %esi\n push %edi\n mov 16(%esp), %ebx\n mov 20(%esp), %ecx\n sub $16, %ecx\n"
        " mov 24(%esp), %eax\n mov %eax, (%ecx)\n mov 28(%esp), %eax\n mov %eax, 4(%ecx)\n"
        " mov 32(%esp), %edx\n mov 36(%esp), %esi\n mov 40(%esp), %edi\n mov $120, %eax\n int $0x80\n"
        " test %eax, %eax\n jz 1f\n pop %edi\n pop %esi\n pop %ebx\n ret\n"
        "1: xor %ebp, %ebp\n pop %eax\n call *%eax\n mov %eax, %ebx\n mov $1, %eax\n int $0x80\n"
        ".globl restore_rt\nrestore_rt: mov $173, %eax\n int $0x80\n.popsection\n");
#endif

/* ---- memory: compilers call these ---- */
__attribute__((used)) void *memcpy(void *to, const void *from, size_t n) {
  char *t = to;
  for (const volatile char *f = from; n > 0; n--) *t++ = *f++;
  return to;
}
__attribute__((used)) void *memset(void *at, int byte, size_t n) {
  for (volatile char *p = at; n > 0; n--) *p++ = (char)byte;
  return at;
}
#ifdef __arm__
__attribute__((used)) void __aeabi_memcpy(void *to, const void *from, size_t n) { memcpy(to, from, n); }
__attribute__((used)) void __aeabi_memcpy4(void *to, const void *from, size_t n) { memcpy(to, from, n); }
__attribute__((used)) void __aeabi_memset(void *at, size_t n, int byte) { memset(at, byte, n); }
__attribute__((used)) void __aeabi_memclr(void *at, size_t n) { memset(at, 0, n); }
__attribute__((used)) void __aeabi_memclr4(void *at, size_t n) { memset(at, 0, n); }
#endif
UNUSED static size_t length(const char *text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}
UNUSED static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}
UNUSED static int starts(const char *text, const char *with) {
  while (*with && *text == *with) text++, with++;
  return !*with;
}
/* How many of `n` bytes are `byte`. */
UNUSED static long count(const void *at, int byte, long n) {
  long found = 0;
  for (long i = 0; i < n; i++) found += ((const unsigned char *)at)[i] == byte;
  return found;
}

/* ---- names of errors ---- */
UNUSED static const char *error_name(long error) {
#define NAME(e) if (error == -(e)) return #e;
  NAME(EPERM) NAME(ENOENT) NAME(ESRCH) NAME(EINTR) NAME(EIO) NAME(E2BIG) NAME(ENOEXEC) NAME(EBADF) NAME(ECHILD)
  NAME(EAGAIN) NAME(ENOMEM) NAME(EACCES) NAME(EFAULT) NAME(EBUSY) NAME(EEXIST) NAME(ENODEV) NAME(ENOTDIR) NAME(EISDIR)
  NAME(EINVAL) NAME(ENOTTY) NAME(ETXTBSY) NAME(EFBIG) NAME(ENOSPC) NAME(ESPIPE) NAME(EROFS) NAME(EPIPE) NAME(ERANGE)
  NAME(ENOSYS) NAME(EOVERFLOW) NAME(ELIBBAD) NAME(EOPNOTSUPP) NAME(ETIMEDOUT) NAME(EIDRM)
#undef NAME
  return "another error";
}
static inline int failed(long result) { return (unsigned long)result >= (unsigned long)-4095; }

/* ---- lines: %d %ld %x %lx %s %c, each written at once ---- */
static char *put_number(char *at, unsigned long value, unsigned base) {
  char digits[24];
  int n = 0;
  do {
    unsigned digit;
    unsigned long rest;
    if (base == 16) {
      digit = value & 15;
      rest = value >> 4;
    } else {
      rest = value / 10;
      digit = (unsigned)(value - rest * 10);
    }
    digits[n++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    value = rest;
  } while (value);
  while (n > 0) *at++ = digits[--n];
  return at;
}
__attribute__((format(printf, 2, 0))) static int format_line(char *line, const char *format, va_list values) {
  char *at = line;
  for (; *format; format++) {
    if (*format != '%') {
      *at++ = *format;
      continue;
    }
    int wide = *++format == 'l';
    if (wide) format++;
    if (*format == 's') {
      for (const char *text = va_arg(values, const char *); *text; text++) *at++ = *text;
    } else if (*format == 'c') {
      *at++ = (char)va_arg(values, int);
    } else if (*format == 'x') {
      at = put_number(at, wide ? va_arg(values, unsigned long) : va_arg(values, unsigned), 16);
    } else {
      long value = wide ? va_arg(values, long) : va_arg(values, int);
      if (value < 0) *at++ = '-';
      at = put_number(at, value < 0 ? 0ul - (unsigned long)value : (unsigned long)value, 10);
    }
  }
  *at++ = '\n';
  return (int)(at - line);
}
__attribute__((format(printf, 1, 2))) UNUSED static void say(const char *format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  int n = format_line(line, format, values);
  va_end(values);
  if (SYS3(__NR_write, 1, line, n) != n) _exit(99);
}
/* What a call returned: its number, or its error's name. */
UNUSED static void tell(const char *what, long result) {
  if (failed(result)) say("%s: %s", what, error_name(result));
  else say("%s: %ld", what, result);
}
/* The same for calls that return addresses, which differ from run to run. */
UNUSED static void tell_address(const char *what, long result) {
  if (failed(result)) say("%s: %s", what, error_name(result));
  else say("%s: an address", what);
}

/* ---- children ---- */
UNUSED static void reap(const char *who, long pid) {
  int status = 0;
  if (pid <= 0) say("%s: no child: %s", who, error_name(pid));
  else {
    long got = SYS4(__NR_wait4, pid, &status, __WALL, 0);
    if (got != pid) say("%s: wait4: %s", who, error_name(got));
    else if ((status & 0x7f) == 0) say("%s: exited %d", who, (status >> 8) & 0xff);
    else say("%s: killed by signal %d", who, status & 0x7f);
  }
}
UNUSED static void let_others_run(void) {
  for (int i = 0; i < 200; i++) SYS0(__NR_sched_yield);
}
/* This program again, with that argument; returns only when it fails. */
UNUSED static long exec_self(const char *argument) {
  const char *argv[] = {"again", argument, 0}, *envp[] = {0};
  return SYS3(__NR_execve, "/proc/self/exe", argv, envp);
}

/* ---- memory ---- */
static inline long mmap(void *at, unsigned long n, int prot, int flags, int fd, long offset) {
#ifdef __NR_mmap2
  return SYS6(__NR_mmap2, at, n, prot, flags, fd, offset >> 12);
#else
  return SYS6(__NR_mmap, at, n, prot, flags, fd, offset);
#endif
}
UNUSED static char *anonymous(unsigned long n) {
  long at = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (failed(at)) {
    tell("mmap", at);
    _exit(98);
  }
  return (char *)at;
}
/* A stack for clone_call: its highest address. */
UNUSED static void *new_stack(void) { return anonymous(16384) + 16384; }

/* A new file with these bytes, open for reading and writing. */
UNUSED static long new_file(const char *path, const void *bytes, long n) {
  long fd = SYS3(__NR_open, path, O_RDWR | O_CREAT | O_TRUNC, 0755);
  if (failed(fd) || SYS3(__NR_write, fd, bytes, n) != n) {
    say("%s cannot be written", path);
    _exit(97);
  }
  return fd;
}
/* These bytes as a program with the argument `again`: how it ends, or why execve refuses it. */
UNUSED static void run_bytes(const char *what, const void *bytes, long n) {
  static volatile long error;
  const char *argv[] = {"program", "again", 0}, *envp[] = {0};
  SYS1(__NR_unlink, "/tmp/program");
  SYS1(__NR_close, new_file("/tmp/program", bytes, n));
  error = 0;
  long pid = vfork();
  if (pid == 0) {
    error = SYS3(__NR_execve, "/tmp/program", argv, envp);
    _exit(1);
  }
  if (error) {
    tell(what, error);
    SYS4(__NR_wait4, pid, 0, 0, 0);
  } else reap(what, pid);
}
/* A file's first bytes with a 0 behind them: how many there were. */
UNUSED static long read_file(const char *path, char *to, long room) {
  long fd = SYS3(__NR_open, path, O_RDONLY, 0), got = 0;
  if (failed(fd)) return fd;
  while (got < room - 1) {
    long n = SYS3(__NR_read, fd, to + got, room - 1 - got);
    if (n <= 0) break;
    got += n;
  }
  to[got] = 0;
  SYS1(__NR_close, fd);
  return got;
}

/* ---- signals ---- */
struct action {
  void (*handler)(int, siginfo_t *, void *);
  unsigned long flags;
  void (*restorer)(void);
  unsigned long mask[8 / sizeof(long)];
};
UNUSED static long on_signal(int signal, void (*handler)(int, siginfo_t *, void *), unsigned long flags) {
  struct action action = {handler, flags | SA_SIGINFO, 0, {0}};
#if defined __x86_64__ || defined __i386__
  action.flags |= 0x04000000; /* SA_RESTORER, which x86-64 asks for */
  action.restorer = restore_rt;
#endif
  return SYS4(__NR_rt_sigaction, signal, &action, 0, 8);
}

/* ---- the start ---- */
static UNUSED long *at_entry; /* the stack pointer the kernel gave */
#ifdef __arm__
static UNUSED unsigned long entry_r7, entry_r8, entry_r9, entry_r10;
#endif

int main(int argc, char **argv, char **envp);

#if !defined FLAT && !defined FDPIC
/* A static PIE moves itself: each relative relocation of its dynamic section gets the place where it was loaded added. */
static inline void relocate_self(void) {
  extern const char __ehdr_start[] __attribute__((visibility("hidden")));
  extern const long _DYNAMIC[] __attribute__((visibility("hidden")));
  unsigned long base = (unsigned long)__ehdr_start, table = 0, n = 0, step = 0;
  for (const long *entry = _DYNAMIC; entry[0]; entry += 2) {
    if (entry[0] == 17 || entry[0] == 7) table = base + (unsigned long)entry[1]; /* DT_REL, DT_RELA */
    if (entry[0] == 18 || entry[0] == 8) n = (unsigned long)entry[1];
    if (entry[0] == 19 || entry[0] == 9) step = (unsigned long)entry[1];
  }
  for (unsigned long at = table; at < table + n; at += step) {
    const unsigned long *row = (const unsigned long *)at;
    unsigned long *place = (unsigned long *)(base + row[0]);
    *place = base + (step == 3 * sizeof(long) ? row[2] : *place);
  }
}
#endif

__attribute__((used, noreturn)) void start(long *sp, unsigned long r7, unsigned long r8, const unsigned long *registers) {
#if !defined FLAT && !defined FDPIC
  relocate_self();
#endif
  at_entry = sp;
#ifdef __arm__
  entry_r7 = r7;
  entry_r8 = r8;
  entry_r9 = registers[0];
  entry_r10 = registers[1];
#else
  (void)r7, (void)r8, (void)registers;
#endif
#ifdef FLAT
  _exit(main((int)sp[0], (char **)sp[1], (char **)sp[2]));
#else
  _exit(main((int)sp[0], (char **)(sp + 1), (char **)(sp + 1 + sp[0] + 1)));
#endif
}

#if defined __arm__
__asm__(".syntax unified\n.thumb\n.pushsection .text.start,\"ax\",%progbits\n.thumb_func\n.type _start,%function\n.globl _start\n_start:\n"
        " mov r0, sp\n mov r1, r7\n mov r2, r8\n push {r9, r10}\n mov r3, sp\n"
#ifdef FDPIC
        /* Data is reached from r9, the start of its segment: the last one of the load map that r7 points to. */
        " ldrh r4, [r7, #2]\n subs r4, #1\n add r4, r4, r4, lsl #1\n add r4, r7, r4, lsl #2\n ldr r9, [r4, #4]\n"
#endif
#ifdef ROM
        " mov r9, r10\n"
#endif
        " b start\n.popsection\n");
#elif defined __x86_64__
__asm__(".pushsection .text.start,\"ax\",@progbits\n.globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n.popsection\n");
#else
__asm__(".pushsection .text.start,\"ax\",@progbits\n.globl _start\n_start: xor %ebp, %ebp\n mov %esp, %eax\n and $-16, %esp\n push $0\n push $0\n push $0\n push %eax\n call start\n.popsection\n");
#endif
#endif
