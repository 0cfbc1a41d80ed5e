/* A file system without extended attributes has none to list, and refuses each */
#include "guest.h"
#include <sys/xattr.h>
#define FILE "/proc/version"
#define LINK "/proc/self"
int main(void) {
  static char buffer[70000];
  char *volatile nowhere = (char *)8;
  int fd = open(FILE, O_RDONLY);
  TRY("get", getxattr(FILE, "user.a", buffer, 10));
  TRY("get security's", getxattr(FILE, "security.selinux", buffer, 10));
  TRY("get without a name", getxattr(FILE, "", buffer, 10));
  TRY("get of no file", getxattr("/proc/none", "user.a", buffer, 10));
  TRY("get a link's", lgetxattr(LINK, "user.a", buffer, 10));
  TRY("get a link's trusted one", lgetxattr(LINK, "trusted.a", buffer, 10));
  TRY("get by descriptor", fgetxattr(fd, "user.a", buffer, 10));
  TRY("get by no descriptor", fgetxattr(99, "user.a", buffer, 10));
  TRY("list", listxattr(FILE, buffer, 10));
  TRY("list a link's", llistxattr(LINK, buffer, 10));
  TRY("list by descriptor", flistxattr(fd, buffer, 10));
  TRY("set", setxattr(FILE, "user.a", "x", 1, 0));
  TRY("set with another flag", setxattr(FILE, "user.a", "x", 1, 8));
  TRY("set too much", setxattr(FILE, "user.a", buffer, sizeof buffer, 0));
  TRY("set from nowhere", setxattr(FILE, "user.a", nowhere, 1, 0));
  TRY("set a link's", lsetxattr(LINK, "user.a", "x", 1, 0));
  TRY("set by descriptor", fsetxattr(fd, "security.a", "x", 1, 0));
  TRY("remove", removexattr(FILE, "user.a"));
  TRY("remove a link's", lremovexattr(LINK, "user.a"));
  TRY("remove by descriptor, without a name", fremovexattr(fd, ""));
}
