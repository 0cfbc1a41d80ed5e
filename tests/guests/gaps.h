/* Included in front of every guest for musl and dietlibc: what glibc has and they lack. */
#ifndef GAPS_H
#define GAPS_H
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#ifdef __dietlibc__
#include "dietlibc.h"
#endif
#include <sys/syscall.h>
#ifdef SYS_clock_gettime32 /* musl of i386 calls those with 32-bit times so */
#define SYS_clock_gettime SYS_clock_gettime32
#define SYS_clock_nanosleep SYS_clock_nanosleep_time32
#define SYS_gettimeofday SYS_gettimeofday_time32
#define SYS_timer_settime SYS_timer_settime32
#endif
#define MSG_COPY 040000
#define getcpu(cpu, node) syscall(SYS_getcpu, cpu, node, 0)

/* The name of an error, as glibc's strerrorname_np(3) gives it; of those that Linux returns to our guests. */
#define ERRORS                                                                                                       \
  GAP(EPERM) GAP(ENOENT) GAP(ESRCH) GAP(EINTR) GAP(EIO) GAP(ENXIO) GAP(E2BIG) GAP(ENOEXEC) GAP(EBADF) GAP(ECHILD)    \
  GAP(EAGAIN) GAP(ENOMEM) GAP(EACCES) GAP(EFAULT) GAP(ENOTBLK) GAP(EBUSY) GAP(EEXIST) GAP(EXDEV) GAP(ENODEV)         \
  GAP(ENOTDIR) GAP(EISDIR) GAP(EINVAL) GAP(ENFILE) GAP(EMFILE) GAP(ENOTTY) GAP(ETXTBSY) GAP(EFBIG) GAP(ENOSPC)       \
  GAP(ESPIPE) GAP(EROFS) GAP(EMLINK) GAP(EPIPE) GAP(EDOM) GAP(ERANGE) GAP(EDEADLK) GAP(ENAMETOOLONG) GAP(ENOLCK)     \
  GAP(ENOSYS) GAP(ENOTEMPTY) GAP(ELOOP) GAP(EIDRM) GAP(ENODATA) GAP(EOVERFLOW) GAP(EILSEQ) GAP(EUSERS)               \
  GAP(EOPNOTSUPP) GAP(ETIMEDOUT) GAP(ECANCELED) GAP(EOWNERDEAD) GAP(ENOTRECOVERABLE)
__attribute__((unused)) static const char *strerrorname_np(int error) {
  switch (error) {
    case 0: return "0";
#define GAP(name) case name: return #name;
      ERRORS
#undef GAP
    default: return "another error";
  }
}

/* The name of a signal without its SIG, as glibc's sigabbrev_np(3) gives it. */
#define SIGNALS                                                                                                      \
  GAP(HUP) GAP(INT) GAP(QUIT) GAP(ILL) GAP(TRAP) GAP(ABRT) GAP(BUS) GAP(FPE) GAP(KILL) GAP(USR1) GAP(SEGV) GAP(USR2) \
  GAP(PIPE) GAP(ALRM) GAP(TERM) GAP(STKFLT) GAP(CHLD) GAP(CONT) GAP(STOP) GAP(TSTP) GAP(TTIN) GAP(TTOU) GAP(URG)     \
  GAP(XCPU) GAP(XFSZ) GAP(VTALRM) GAP(PROF) GAP(WINCH) GAP(POLL) GAP(PWR) GAP(SYS)
__attribute__((unused)) static const char *sigabbrev_np(int signo) {
  switch (signo) {
#define GAP(name) case SIG##name: return #name;
    SIGNALS
#undef GAP
    default: return 0;
  }
}
#endif
