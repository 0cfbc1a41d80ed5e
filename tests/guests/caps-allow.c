/* Each privileged call asks for its own capability: root without it is refused, a user with it is not */
#include "caps.h"
#include <sys/resource.h>
static char path[64];
static pid_t stranger;
static long do_kill(void) { return kill(stranger, 0); }
static long do_chown(void) { return chown(path, 4, 5); }
static long do_chmod(void) { return chmod(path, 0600); }
static long do_read(void) {
  int fd = open(path, O_RDONLY);
  if (fd >= 0) close(fd);
  return fd < 0 ? -1 : 0;
}
static long do_write(void) {
  int fd = open(path, O_WRONLY);
  if (fd >= 0) close(fd);
  return fd < 0 ? -1 : 0;
}
static long do_setuid(void) { return setresuid(-1, 99, -1); }
static long do_setgid(void) { return setresgid(-1, 99, -1); }
static long do_nice(void) { return setpriority(PRIO_PROCESS, 0, -3); }
static long do_chroot(void) { return chroot("/"); }
static long do_hostname(void) { return sethostname("caps", 4); }
static long do_unshare(void) { return unshare(CLONE_NEWUTS); }
static void check(const char *what, int cap, long (*call)(void)) {
  for (int with = 0; with < 2; with++) {
    pid_t child = fork();
    if (child == 0) {
      unshare(CLONE_NEWUTS);
      unsigned long long start = BIT(cap) | BIT(CAP_SETUID) | BIT(CAP_SETGID);
      if (with) {
        chmod("/tmp", 01777);
        prctl(PR_SET_KEEPCAPS, 1);
        set_caps(start, start, 0);
        setgid(1000);
        setgroups(0, 0);
        setuid(1000);
        set_caps(BIT(cap), BIT(cap), 0);
      } else {
        struct sets all = get_caps();
        set_caps(all.effective & ~BIT(cap), all.permitted & ~BIT(cap), 0);
        if (cap == CAP_DAC_READ_SEARCH || cap == CAP_DAC_OVERRIDE) set_caps(0, 0, 0);
      }
      errno = 0;
      long result = call();
      say("%s, %s: %s", what, with ? "user with it" : "root without it", result == 0 ? "done" : strerrorname_np(errno));
      _exit(0);
    }
    waitpid(child, 0, 0);
  }
}
int main(void) {
  int ready[2];
  char byte;
  pipe(ready);
  mkdir("/tmp", 01777);
  snprintf(path, sizeof path, "/tmp/caps-allow.%d", getpid());
  unlink(path);
  close(open(path, O_CREAT | O_EXCL | O_WRONLY, 0600));
  chown(path, 4, 5);
  chmod(path, 0600);
  stranger = fork();
  if (stranger == 0) {
    setuid(31);
    write(ready[1], "", 1);
    for (;;) pause();
  }
  read(ready[0], &byte, 1);
  check("kill", CAP_KILL, do_kill);
  check("chown", CAP_CHOWN, do_chown);
  check("chmod", CAP_FOWNER, do_chmod);
  check("read", CAP_DAC_READ_SEARCH, do_read);
  check("write", CAP_DAC_OVERRIDE, do_write);
  check("setuid", CAP_SETUID, do_setuid);
  check("setgid", CAP_SETGID, do_setgid);
  check("nice", CAP_SYS_NICE, do_nice);
  check("chroot", CAP_SYS_CHROOT, do_chroot);
  check("sethostname", CAP_SYS_ADMIN, do_hostname);
  check("unshare", CAP_SYS_ADMIN, do_unshare);
  kill(stranger, SIGKILL);
  wait(0);
  unlink(path);
}
