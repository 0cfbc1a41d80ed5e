/* A capability that was dropped from the bounding set does not come with a root program */
#include "caps.h"
int main(int argc, char **argv) {
  if (argc > 1) {
    struct sets sets = get_caps();
    say("%s: has it: %d, has CAP_KILL: %d", argv[1], (sets.permitted & BIT(CAP_SYS_NICE)) != 0, (sets.effective & BIT(CAP_KILL)) != 0);
    return 0;
  }
  TRY("read", prctl(PR_CAPBSET_READ, CAP_SYS_NICE));
  TRY("read none", prctl(PR_CAPBSET_READ, 64));
  TRY("drop", prctl(PR_CAPBSET_DROP, CAP_SYS_NICE));
  TRY("drop none", prctl(PR_CAPBSET_DROP, 64));
  TRY("read", prctl(PR_CAPBSET_READ, CAP_SYS_NICE));
  struct sets sets = get_caps();
  say("still permitted here: %d", (sets.permitted & BIT(CAP_SYS_NICE)) != 0);
  TRY("inherit", set_caps(sets.effective, sets.permitted, BIT(CAP_SYS_NICE)));
  for (int round = 0; round < 2; round++) {
    pid_t child = fork();
    if (child == 0) {
      if (round == 1) {
        setgid(5);
        setuid(5);
      }
      execl("/proc/self/exe", "guest", round == 0 ? "root's program" : "user's program", (char *)0);
      _exit(1);
    }
    reap("program", child);
  }
  set_caps(BIT(CAP_KILL), BIT(CAP_KILL), 0);
  TRY("drop without CAP_SETPCAP", prctl(PR_CAPBSET_DROP, CAP_KILL));
}
