/* What dietlibc's headers of 2016 lack of Linux: constants that are newer, and calls that are plain system calls. */
#ifndef DIETLIBC_H
#define DIETLIBC_H
/* Its syscall() returns the whole word, its header says int; and it has no SYS_ names. */
#define syscall int_syscall
#include <sys/syscall.h>
#undef syscall
long syscall(long number, ...);
#include <bits/syscall.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EOWNERDEAD 130
#define ENOTRECOVERABLE 131
#define CLOCK_BOOTTIME 7
#define EPOLLEXCLUSIVE (1u << 28)
#define F_SEAL_FUTURE_WRITE 0x10
#define MADV_FREE 8
#define MADV_WIPEONFORK 18
#define MADV_KEEPONFORK 19
#define MADV_COLD 20
#define MADV_PAGEOUT 21
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_SHARED_VALIDATE 3
#define MCL_ONFAULT 4
#define MREMAP_DONTUNMAP 4
#define NT_PRFPREG 2
#define RUSAGE_THREAD 1
#define SCHED_BATCH 3
#define SCHED_IDLE 5
#define SCHED_DEADLINE 6
#define SCHED_RESET_ON_FORK 0x40000000
#define SFD_CLOEXEC O_CLOEXEC
#define SFD_NONBLOCK O_NONBLOCK
#define SI_TKILL (-6)
#define TFD_CLOEXEC O_CLOEXEC
#define TFD_NONBLOCK O_NONBLOCK
#define WIFCONTINUED(status) ((status) == 0xffff)
#define __key key
#define __msg_cbytes msg_cbytes

#define mremap(...) ((void *)syscall(SYS_mremap, __VA_ARGS__))
#define prctl(...) syscall(SYS_prctl, __VA_ARGS__)
#define process_vm_readv(...) syscall(SYS_process_vm_readv, __VA_ARGS__)
#define process_vm_writev(...) syscall(SYS_process_vm_writev, __VA_ARGS__)
__attribute__((unused)) static int dietlibc_waitid(int type, id_t id, siginfo_t *info, int options) {
  return syscall(SYS_waitid, type, id, info, options, 0);
}
#define waitid dietlibc_waitid
__attribute__((unused)) static int sigqueue(pid_t pid, int signo, union sigval value) {
  siginfo_t info = {.si_signo = signo, .si_code = SI_QUEUE};
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value = value;
  return syscall(SYS_rt_sigqueueinfo, pid, signo, &info);
}
#endif
