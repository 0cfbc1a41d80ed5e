/* capset gives up single capabilities for good, and puts permitted ones in and out of effect */
#include "caps.h"
int main(void) {
  unsigned long long may_kill = BIT(CAP_KILL), nice = BIT(CAP_SYS_NICE), chown = BIT(CAP_CHOWN);
  TRY("keep three", set_caps(may_kill | nice, may_kill | nice | chown, nice));
  show_caps("sets");
  TRY("take another", set_caps(may_kill, may_kill | nice | chown | BIT(CAP_SETUID), 0));
  TRY("effective beyond permitted", set_caps(BIT(CAP_SETUID), may_kill, 0));
  TRY("inherit what is not permitted", set_caps(may_kill, may_kill | nice | chown, BIT(CAP_SETUID)));
  TRY("into effect", set_caps(may_kill | chown, may_kill | nice | chown, nice));
  TRY("give one up", set_caps(may_kill, may_kill, 0));
  show_caps("sets");
  TRY("again", set_caps(chown, chown, 0));
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, getpid() + 1};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  TRY("of another", syscall(SYS_capset, &header, data));
  pid_t other = fork();
  if (other == 0) for (;;) pause();
  header.pid = other;
  TRY("look at another", syscall(SYS_capget, &header, data));
  kill(other, SIGKILL);
  wait(0);
  header.pid = -1;
  TRY("look at a negative", syscall(SYS_capget, &header, data));
  header.pid = 0;
  header.version = 1;
  TRY("unknown version", syscall(SYS_capget, &header, data));
  say("wanted %x", header.version);
  header.version = _LINUX_CAPABILITY_VERSION_1;
  TRY("first version", syscall(SYS_capget, &header, data));
  say("low words %x %x %x", data[0].effective, data[0].permitted, data[0].inheritable);
  pid_t child = fork();
  if (child == 0) {
    show_caps("a child has them too");
    _exit(0);
  }
  reap("child", child);
}
