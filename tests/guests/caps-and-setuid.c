/* Capabilities go when user 0 is left, go out of effect with euid 0 and come back with it, and PR_SET_KEEPCAPS keeps the permitted */
#include "caps.h"
static void drop_to(unsigned long long caps) { set_caps(caps | BIT(CAP_SETUID), caps | BIT(CAP_SETUID), 0); }
static void in_child(const char *what, void (*run)(void)) {
  pid_t child = fork();
  if (child == 0) {
    run();
    _exit(0);
  }
  reap(what, child);
}
static void leaves(void) {
  drop_to(BIT(CAP_KILL));
  TRY("setuid", setuid(1000));
  show_caps("left");
  TRY("keepcaps", prctl(PR_GET_KEEPCAPS));
}
static void steps_out(void) {
  drop_to(BIT(CAP_KILL));
  TRY("seteuid", seteuid(1000));
  show_caps("out");
  TRY("seteuid", seteuid(0));
  show_caps("in");
}
static void keeps(void) {
  drop_to(BIT(CAP_KILL));
  TRY("keepcaps", prctl(PR_SET_KEEPCAPS, 1));
  TRY("keepcaps", prctl(PR_GET_KEEPCAPS));
  TRY("setuid", setuid(1000));
  show_caps("kept");
  TRY("into effect", set_caps(BIT(CAP_SETUID), BIT(CAP_SETUID), 0));
  TRY("and to any user", setuid(77));
  say("uid %d", getuid());
}
static void files(void) {
  unsigned long long fs = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER);
  drop_to(fs | BIT(CAP_KILL));
  syscall(SYS_setfsuid, 1000);
  show_caps("fsuid 1000");
  syscall(SYS_setfsuid, 0);
  show_caps("fsuid 0");
}
static void fixed(void) {
  set_caps(BIT(CAP_KILL) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP), BIT(CAP_KILL) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP), 0);
  TRY("no fixup", prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP));
  TRY("setuid", setuid(1000));
  show_caps("all stay");
}
int main(void) {
  in_child("leaves", leaves);
  in_child("steps out and in", steps_out);
  in_child("keeps", keeps);
  in_child("files", files);
  in_child("without fixup", fixed);
  TRY("keepcaps 2", prctl(PR_SET_KEEPCAPS, 2));
}
