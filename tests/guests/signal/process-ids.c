/* user ids, process groups and sessions change by their rules */
#include "../guest.h"
#include <grp.h>
#include <sys/fsuid.h>

static const char *name(int result) { return result < 0 ? strerrorname_np(errno) : "ok"; }

static void ids(const char *when) {
  uid_t real, effective, saved;
  gid_t rgid, egid, sgid;
  getresuid(&real, &effective, &saved);
  getresgid(&rgid, &egid, &sgid);
  say("%s: uid %u %u %u fs %d gid %u %u %u fs %d", when, real, effective, saved, setfsuid(-1), rgid, egid, sgid,
      setfsgid(-1));
}

static void run(const char *what, void (*body)(void)) {
  pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  reap(what, child);
}

static void as_user(void) {
  gid_t groups[3] = {30, 10, 20}, seen[3];
  say("setgroups %s", name(setgroups(3, groups)));
  int count = getgroups(3, seen);
  say("getgroups %d: %d %d %d, size 0: %d", count, seen[0], seen[1], seen[2], getgroups(0, 0));
  say("size 2: %s", name(getgroups(2, seen)));
  say("setgid %s", name(setgid(100)));
  say("setuid %s", name(setuid(200)));
  ids("after setuid");
  say("back %s", name(setuid(0)));
  say("setgroups %s", name(setgroups(3, groups)));
  say("setgid %s", name(setgid(10)));
}
static void as_saved(void) {
  say("setresuid %s", name(setresuid(1, 2, 3)));
  ids("after setresuid");
  say("seteuid to saved %s", name(setresuid(-1, 3, -1)));
  ids("after");
  say("to 4 %s", name(setresuid(4, -1, -1)));
  say("setreuid %s", name(setreuid(3, 1)));
  say("setreuid %s", name(setreuid(-1, 1)));
  ids("after setreuid");
  say("setfsuid %d", setfsuid(2));
  ids("after setfsuid");
}
static void as_reuid(void) {
  say("setreuid %s", name(setreuid(5, 6)));
  ids("after setreuid");
  say("swap %s", name(setreuid(6, 5)));
  ids("after swap");
}
static void in_groups(void) {
  say("own group %s", name(setpgid(0, 0)));
  say("leads it %d", getpgrp() == getpid());
  say("setsid of a leader %s", name(setsid()));
  say("negative %s", name(setpgid(0, -1)));
  say("nobody %s", name(setpgid(NOBODY, 0)));
  say("into a group that is not there %s", name(setpgid(0, NOBODY)));
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  say("child's group %s", name(setpgid(child, child)));
  say("is its own %d", getpgid(child) == child);
  say("back %s", name(setpgid(child, getpid())));
  kill(child, SIGKILL);
  waitpid(child, 0, 0);
  say("gone %s", name(getpgid(child)));
  if ((child = fork()) == 0) {
    say("setsid %d", setsid() == getpid());
    say("session %d group %d", getsid(0) == getpid(), getpgrp() == getpid());
    say("leader's group %s", name(setpgid(0, 0)));
    _exit(0);
  }
  reap("session", child);
}

int main(void) {
  if (getuid() != 0) return 77;
  run("user", as_user);
  run("saved", as_saved);
  run("reuid", as_reuid);
  run("groups", in_groups);
}
