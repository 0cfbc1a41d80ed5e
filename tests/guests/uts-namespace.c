/* A UTS namespace has its own host and domain name */
#include "guest.h"
#include <sys/utsname.h>
static void tell(const char *who) {
  struct utsname names;
  uname(&names);
  char domain[65] = "";
  getdomainname(domain, sizeof domain);
  say("%s: %s %s", who, names.nodename, domain);
}
int main(void) {
  TRY("unshare", unshare(CLONE_NEWUTS));
  TRY("sethostname", sethostname("first", 5));
  TRY("setdomainname", setdomainname("d1", 2));
  tell("own");
  pid_t child = syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    tell("child begins with a copy");
    sethostname("second", 6);
    setdomainname("d2", 2);
    tell("child");
    FILE *file = fopen("/proc/sys/kernel/hostname", "r");
    char name[65] = "";
    if (fscanf(file, "%64s", name) == 1) say("/proc: %s", name);
    _exit(0);
  }
  reap("child", child);
  tell("own");
  child = fork();
  if (child == 0) {
    sethostname("third", 5);
    _exit(0);
  }
  reap("child that shares", child);
  tell("own");
  int kept = open("/proc/self/ns/uts", O_RDONLY);
  unshare(CLONE_NEWUTS);
  sethostname("fourth", 6);
  tell("own");
  TRY("setns", setns(kept, CLONE_NEWUTS));
  tell("back");
  char longest[66];
  memset(longest, 'x', sizeof longest);
  TRY("65 characters", sethostname(longest, 65));
  TRY("less than none", syscall(SYS_sethostname, longest, -1));
  TRY("64 characters", setdomainname(longest, 64));
  setuid(1234);
  TRY("a user", sethostname("user", 4));
  TRY("a user's domain", setdomainname("user", 4));
  TRY("a user's setns", setns(kept, CLONE_NEWUTS));
}
