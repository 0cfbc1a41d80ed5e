/* Ambient capabilities survive execve of a user's program, and go when they are no longer permitted or inheritable */
#include "caps.h"
#include <sys/auxv.h>
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_IS_SET 1
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_LOWER 3
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif
static long ambient(int command, int cap) { return prctl(PR_CAP_AMBIENT, command, cap, 0, 0); }
int main(int argc, char **argv) {
  if (argc > 1) {
    show_caps(argv[1]);
    TRY("ambient", ambient(PR_CAP_AMBIENT_IS_SET, CAP_KILL));
    say("secure %lu", getauxval(AT_SECURE));
    return 0;
  }
  unsigned long long both = BIT(CAP_KILL) | BIT(CAP_SYS_NICE) | BIT(CAP_SETUID);
  set_caps(both, both, BIT(CAP_KILL));
  TRY("not inheritable", ambient(PR_CAP_AMBIENT_RAISE, CAP_SYS_NICE));
  TRY("raise", ambient(PR_CAP_AMBIENT_RAISE, CAP_KILL));
  TRY("is set", ambient(PR_CAP_AMBIENT_IS_SET, CAP_KILL));
  TRY("no capability", ambient(PR_CAP_AMBIENT_RAISE, 64));
  TRY("no command", ambient(77, CAP_KILL));
  TRY("clear with an argument", ambient(PR_CAP_AMBIENT_CLEAR_ALL, 3));
  prctl(PR_SET_KEEPCAPS, 1);
  setuid(1000);
  TRY("gone with user 0", ambient(PR_CAP_AMBIENT_IS_SET, CAP_KILL));
  TRY("raise", ambient(PR_CAP_AMBIENT_RAISE, CAP_KILL));
  for (int round = 0; round < 3; round++) {
    pid_t child = fork();
    if (child == 0) {
      if (round == 1) ambient(PR_CAP_AMBIENT_LOWER, CAP_KILL);
      if (round == 2) set_caps(0, both, 0);
      execl("/proc/self/exe", "guest", round == 0 ? "ambient" : round == 1 ? "lowered" : "not inheritable any more", (char *)0);
      _exit(1);
    }
    reap("program", child);
  }
  TRY("clear", ambient(PR_CAP_AMBIENT_CLEAR_ALL, 0));
  TRY("is set", ambient(PR_CAP_AMBIENT_IS_SET, CAP_KILL));
}
