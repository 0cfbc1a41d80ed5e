/* A user moves between real, effective and saved ids, and root gives all up */
#include "guest.h"
#include <grp.h>
static void tell(const char *what) {
  uid_t r, e, s;
  getresuid(&r, &e, &s);
  say("%s: %d %d %d", what, r, e, s);
}
int main(void) {
  TRY("setresuid", setresuid(1000, 2000, 3000));
  tell("ids");
  TRY("to saved", seteuid(3000));
  tell("ids");
  TRY("to real", setreuid(-1, 1000));
  tell("ids");
  TRY("stranger", setuid(4000));
  TRY("setresuid", setresuid(-1, 3000, 1000));
  tell("ids");
  TRY("back to root", setuid(0));
  TRY("groups", setgroups(0, 0));
  TRY("setfsuid", syscall(SYS_setfsuid, 1000));
  TRY("setfsuid", syscall(SYS_setfsuid, -1));
}
