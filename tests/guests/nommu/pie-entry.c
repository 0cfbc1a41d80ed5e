/* a static PIE starts with argc, argv, envp and the auxiliary vector, its stack aligned to 16 bytes */
#include "nommu.h"
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
void _start(void);
static const unsigned long known[] = {AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_BASE, AT_FLAGS, AT_ENTRY, AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE, AT_CLKTCK, AT_EXECFN, AT_HWCAP, AT_RANDOM, AT_PLATFORM, AT_SYSINFO_EHDR};
static const char *const names[] = {"PHDR", "PHENT", "PHNUM", "PAGESZ", "BASE", "FLAGS", "ENTRY", "UID", "EUID", "GID", "EGID", "SECURE", "CLKTCK", "EXECFN", "HWCAP", "RANDOM", "PLATFORM", "SYSINFO_EHDR"};
int main(int argc, char **argv, char **envp) {
  if (argc == 1) {
    const char *arguments[] = {"first", "second", "", "fourth", 0}, *environment[] = {"A=1", "BB=22", 0};
    long pid = vfork();
    if (pid == 0) {
      SYS3(__NR_execve, "/proc/self/exe", arguments, environment);
      _exit(1);
    }
    reap("child", pid);
    return 0;
  }
  say("argc %ld, aligned to 16: %d", at_entry[0], ((long)at_entry & 15) == 0);
  for (int i = 0; i <= argc; i++) say("argv[%d] %s", i, argv[i] ? argv[i] : "null");
  for (int i = 0; i < 3; i++) say("envp[%d] %s", i, envp[i] ? envp[i] : "null");
  say("strings follow each other: %d", argv[1] == argv[0] + 6 && envp[0] == argv[3] + 7 && envp[1] == envp[0] + 4);
  unsigned long *vector = (unsigned long *)(envp + 3), values[18];
  int there[18];
  for (int i = 0; i < 18; i++) {
    there[i] = 0;
    for (unsigned long *entry = vector; entry[0]; entry += 2)
      if (entry[0] == known[i]) there[i] = 1, values[i] = entry[1];
    say("AT_%s: %s", names[i], there[i] ? "there" : "missing");
  }
  say("PHDR %d, PHENT %d, ENTRY %d", values[0] == (unsigned long)__ehdr_start + sizeof(long) * 4 + (sizeof(long) == 4 ? 36 : 32),
      values[1] == (sizeof(long) == 4 ? 32 : 56), (values[6] & ~1ul) == ((unsigned long)_start & ~1ul));
  say("PAGESZ %ld, BASE %ld, FLAGS %ld, CLKTCK %ld, SECURE %ld", values[3], values[4], values[5], values[12], values[11]);
  say("UID %ld, EUID %ld, GID %ld, EGID %ld", values[7], values[8], values[9], values[10]);
  return 0;
}
