/* A set-user-id program runs with its owner's effective and saved ids, AT_SECURE set, and cannot be dumped */
#include "guest.h"
#include <grp.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
static char path[64];
static void show(const char *what) {
  uid_t r, e, s;
  gid_t rg, eg, sg;
  getresuid(&r, &e, &s);
  getresgid(&rg, &eg, &sg);
  say("%s: uid %d %d %d, gid %d %d %d", what, r, e, s, rg, eg, sg);
  say("  secure %lu, auxv %lu %lu %lu %lu, dumpable by its user %d, death signal kept: %d", getauxval(AT_SECURE), getauxval(AT_UID),
      getauxval(AT_EUID), getauxval(AT_GID), getauxval(AT_EGID), prctl(PR_GET_DUMPABLE) == 1,
      (prctl(PR_GET_PDEATHSIG, &rg), rg == SIGUSR1));
}
static void run(const char *what, mode_t mode) {
  say("chmod %o: %d", mode, chmod(path, mode));
  pid_t child = fork();
  if (child == 0) {
    setgid(1000);
    setgroups(0, 0);
    setuid(1000);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    execl(path, "guest", what, (char *)0);
    say("execl: %s", strerrorname_np(errno));
    _exit(1);
  }
  reap(what, child);
}
int main(int argc, char **argv) {
  if (argc > 1) {
    show(argv[1]);
    struct stat st;
    stat("/proc/self/stat", &st);
    say("  /proc/self/stat is of user %d", st.st_uid);
    TRY("back to the real user", seteuid(getuid()));
    TRY("and to the saved one", seteuid(1234));
    return 0;
  }
  mkdir("/tmp", 01777);
  snprintf(path, sizeof path, "/tmp/exec-setuid.%d", getpid());
  unlink(path);
  int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
  while (sendfile(to, from, 0, 1 << 20) > 0) {}
  close(to);
  chown(path, 1234, 5678);
  run("plain", 0755);
  run("set-user-id", 04755);
  run("set-group-id", 02755);
  run("both", 06755);
  run("set-group-id without execution for the group", 02745);
  run("unreadable", 0711);
  unlink(path);
}
