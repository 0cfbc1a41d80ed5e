/* A pointer to where nothing is mapped is EFAULT in calls that first look at something else: a child, a descriptor, an object */
#include "guest.h"
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
/* A C library of 32 bits looks into the structures itself. Commands as the kernel has them: 2 is IPC_STAT, 1 is IPC_SET. */
#ifdef __x86_64__
enum { NR_shmctl = 31, NR_msgctl = 71, WITH = 0 };
#elif defined __i386__
enum { NR_shmctl = 396, NR_msgctl = 402, WITH = 0 };
#else
enum { NR_shmctl = 308, NR_msgctl = 304, WITH = 0x100 };
#endif
/* musl has other names for calls with times of 32 bits. */
#ifdef SYS_timer_settime32
#define SYS_TIMER_SETTIME SYS_timer_settime32
#define SYS_TIMER_GETTIME SYS_timer_gettime32
#define SYS_TIMERFD_SETTIME SYS_timerfd_settime32
#define SYS_TIMERFD_GETTIME SYS_timerfd_gettime32
#else
#define SYS_TIMER_SETTIME SYS_timer_settime
#define SYS_TIMER_GETTIME SYS_timer_gettime
#define SYS_TIMERFD_SETTIME SYS_timerfd_settime
#define SYS_TIMERFD_GETTIME SYS_timerfd_gettime
#endif
/* Of calls that not every ISA has: nothing is said of what is right. */
#define FAULTS(call) \
  if ((call) != -1 || errno != EFAULT) say("%s: %s", #call, strerrorname_np(errno))
static void *volatile nowhere = (void *)64;
static char bytes[4096];
static pid_t zombie(void) {
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  return pid;
}
static void waits(void) {
  TRY("wait4 status", syscall(SYS_wait4, zombie(), nowhere, 0, 0));
  TRY("wait4 rusage", syscall(SYS_wait4, zombie(), 0, 0, nowhere));
  TRY("waitid infop", syscall(SYS_waitid, P_PID, zombie(), nowhere, WEXITED, 0));
  TRY("waitid rusage", syscall(SYS_waitid, P_PID, zombie(), 0, WEXITED, nowhere));
  TRY("all are reaped", waitpid(-1, 0, WNOHANG));
}
static void files(void) {
  int file = open("/proc/self/exe", O_RDONLY), ends[2];
  if (pipe(ends) != 0 || write(ends[1], "some", 4) != 4) _exit(99);
  TRY("read of a file", read(file, nowhere, 8));
  TRY("read of a pipe", read(ends[0], nowhere, 8));
  TRY("it is still there", read(ends[0], bytes, 8));
  TRY("write to a pipe", write(ends[1], nowhere, 8));
  TRY("pread64", pread(file, nowhere, 8, 0));
  struct iovec pieces[2] = {{bytes, 8}, {nowhere, 8}};
  TRY("readv of two pieces", readv(file, pieces, 2));
  TRY("writev of two pieces", writev(ends[1], pieces, 2));
  TRY("readv of wild pieces", readv(file, nowhere, 2));
#ifdef SYS__llseek
  FAULTS(syscall(SYS__llseek, file, 0, 0, nowhere, SEEK_SET));
#endif
  TRY("sendfile", syscall(SYS_sendfile, ends[1], file, nowhere, 8));
  int directory = open("/", O_RDONLY | O_DIRECTORY);
  TRY("getdents64", syscall(SYS_getdents64, directory, nowhere, 4096));
#ifdef SYS_getdents
  TRY("getdents", syscall(SYS_getdents, directory, nowhere, 4096));
#endif
  TRY("readlink buf", syscall(SYS_readlink, "/proc/self/exe", nowhere, 8));
  TRY("readlink path", syscall(SYS_readlink, nowhere, bytes, 8));
  TRY("readlinkat buf", syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", nowhere, 8));
  TRY("readlinkat path", syscall(SYS_readlinkat, AT_FDCWD, nowhere, bytes, 8));
  TRY("ioctl", ioctl(ends[0], FIONREAD, nowhere));
#ifdef SYS_statfs64
  FAULTS(syscall(SYS_statfs64, "/", 84, nowhere));
  FAULTS(syscall(SYS_fstatfs64, file, 84, nowhere));
#endif
  write(ends[1], "more", 4);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  TRY("epoll_ctl", epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], nowhere));
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  TRY("epoll_wait", epoll_wait(epoll, nowhere, 1, 0));
}
static void objects(void) {
  int shm = shmget(IPC_PRIVATE, 4096, 0600), sem = semget(IPC_PRIVATE, 1, 0600), msg = msgget(IPC_PRIVATE, 0600);
  TRY("shmctl stat", syscall(NR_shmctl, shm, 2 | WITH, nowhere));
  TRY("shmctl set", syscall(NR_shmctl, shm, 1 | WITH, nowhere));
  TRY("semctl all", semctl(sem, 0, GETALL, nowhere));
  TRY("semop", semop(sem, nowhere, 1));
  TRY("msgctl stat", syscall(NR_msgctl, msg, 2 | WITH, nowhere));
  TRY("msgsnd", msgsnd(msg, nowhere, 4, IPC_NOWAIT));
  struct { long type; char text[8]; } message = {1, "text"};
  msgsnd(msg, &message, 8, 0);
  TRY("msgrcv", msgrcv(msg, nowhere, 8, 0, IPC_NOWAIT));
  TRY("the message is gone", msgrcv(msg, &message, 8, 0, IPC_NOWAIT));
  TRY("remove", shmctl(shm, IPC_RMID, 0) | semctl(sem, 0, IPC_RMID) | msgctl(msg, IPC_RMID, 0));
}
static void timers(void) {
  static long off[4];
  int id = 0, fd = timerfd_create(CLOCK_MONOTONIC, 0);
  TRY("timerfd_settime old", syscall(SYS_TIMERFD_SETTIME, fd, 0, off, nowhere));
  TRY("timerfd_settime new", syscall(SYS_TIMERFD_SETTIME, fd, 0, nowhere, 0));
  TRY("timerfd_gettime", syscall(SYS_TIMERFD_GETTIME, fd, nowhere));
  TRY("timer_create id", syscall(SYS_timer_create, CLOCK_MONOTONIC, 0, nowhere));
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, 0, &id) != 0) _exit(99);
  TRY("timer_settime old", syscall(SYS_TIMER_SETTIME, id, 0, off, nowhere));
  TRY("timer_gettime", syscall(SYS_TIMER_GETTIME, id, nowhere));
  TRY("setitimer old", syscall(SYS_setitimer, 0, off, nowhere));
  TRY("getitimer", syscall(SYS_getitimer, 0, nowhere));
}
static void signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  raise(SIGUSR1);
  TRY("rt_sigtimedwait info", syscall(SYS_rt_sigtimedwait, &set, nowhere, 0, 8));
  sigpending(&set);
  say("taken all the same: %d", !sigismember(&set, SIGUSR1));
  TRY("sigaltstack", syscall(SYS_sigaltstack, 0, nowhere));
  int fd = syscall(434, getpid(), 0);
  TRY("pidfd_send_signal info", syscall(424, fd, 0, nowhere, 0));
}
static void processes(void) {
  struct iovec piece = {bytes, 8}, wild = {nowhere, 8};
  pid_t self = getpid();
  TRY("process_vm_readv local", syscall(SYS_process_vm_readv, self, nowhere, 1, &piece, 1, 0));
  TRY("process_vm_readv remote", syscall(SYS_process_vm_readv, self, &piece, 1, nowhere, 1, 0));
  TRY("process_vm_readv from nowhere", syscall(SYS_process_vm_readv, self, &piece, 1, &wild, 1, 0));
  TRY("process_vm_writev to nowhere", syscall(SYS_process_vm_writev, self, &piece, 1, &wild, 1, 0));
  TRY("sched_getaffinity", syscall(SYS_sched_getaffinity, 0, 128, nowhere));
  TRY("sched_setaffinity", syscall(SYS_sched_setaffinity, 0, 128, nowhere));
  TRY("sched_getattr", syscall(SYS_sched_getattr, 0, nowhere, 48, 0));
  unsigned header[2] = {0x20080522, 0};
  TRY("capget", syscall(SYS_capget, header, nowhere));
  TRY("capset", syscall(SYS_capset, header, nowhere));
  TRY("clone3", syscall(435, nowhere, 64));
  TRY("execve path", syscall(SYS_execve, nowhere, 0, 0));
  TRY("execve argv", syscall(SYS_execve, "/proc/self/exe", nowhere, 0));
  char *argv[] = {bytes, nowhere, 0};
  TRY("execve argument", syscall(SYS_execve, "/proc/self/exe", argv, 0));
}
int main(void) {
  waits();
  files();
  objects();
  timers();
  signals();
  processes();
  return 0;
}
