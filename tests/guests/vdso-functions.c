/* The vDSO is a shared object in memory, found by AT_SYSINFO_EHDR, whose functions agree with the system calls. */
#include "guest.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <time.h>
static ElfW(Sym) *symbols;
static const char *strings;
static ElfW(Half) *versions;
static unsigned count;
/* The kernel's old struct timespec and struct timeval: words. */
struct words_time {
  long seconds, part;
};
static void *find(const char *name) {
  for (unsigned i = 1; i < count; i++)
    if (strcmp(strings + symbols[i].st_name, name) == 0 && versions[i] > 1)
      return (char *)getauxval(AT_SYSINFO_EHDR) + symbols[i].st_value;
  return 0;
}
int main(void) {
  char *base = (char *)getauxval(AT_SYSINFO_EHDR);
  ElfW(Ehdr) *head = (void *)base;
  say("an ELF shared object: %d", memcmp(base, ELFMAG, 4) == 0 && head->e_type == ET_DYN);
  ElfW(Phdr) *segments = (void *)(base + head->e_phoff);
  ElfW(Dyn) *dynamic = 0;
  long bias = 0;
  for (int i = 0; i < head->e_phnum; i++) {
    if (segments[i].p_type == PT_LOAD) bias = (long)base + segments[i].p_offset - segments[i].p_vaddr;
    if (segments[i].p_type == PT_DYNAMIC) dynamic = (void *)(base + segments[i].p_offset);
  }
  for (; dynamic->d_tag; dynamic++) {
    void *at = (void *)(bias + dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_SYMTAB) symbols = at;
    if (dynamic->d_tag == DT_STRTAB) strings = at;
    if (dynamic->d_tag == DT_VERSYM) versions = at;
    if (dynamic->d_tag == DT_HASH) count = ((unsigned *)at)[1];
  }
  int (*clock)(clockid_t, struct words_time *) = find("__vdso_clock_gettime");
  int (*day)(struct words_time *, void *) = find("__vdso_gettimeofday");
  say("functions: %d %d", clock != 0, day != 0);
  struct words_time a, b, c;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &a);
  say("clock_gettime: %d", clock(CLOCK_MONOTONIC, &b));
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &c);
  long long at[3] = {a.seconds * 1000000000ll + a.part, b.seconds * 1000000000ll + b.part, c.seconds * 1000000000ll + c.part};
  say("between two calls: %d", at[0] <= at[1] && at[1] <= at[2]);
  struct words_time first, second, third;
  syscall(SYS_gettimeofday, &first, 0);
  say("gettimeofday: %d", day(&second, 0));
  syscall(SYS_gettimeofday, &third, 0);
  say("between two calls: %d", first.seconds <= second.seconds && second.seconds <= third.seconds);
  say("no such clock: %d", clock(99, &a));
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[300];
  while (fgets(line, sizeof line, maps)) {
    unsigned long start = strtoul(line, 0, 16);
    if (strstr(line, "[vdso]")) say("[vdso] %.4s at AT_SYSINFO_EHDR: %d", strchr(line, ' ') + 1, start == (unsigned long)base);
  }
  return 0;
}
