/* What a program learns about its CPU: every leaf of cpuid, the auxiliary vector, /proc/cpuinfo. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>
#if defined __i386__ || defined __x86_64__
#include <cpuid.h>

static void leaf(unsigned leaf, unsigned subleaf) {
  unsigned a, b, c, d;
  __cpuid_count(leaf, subleaf, a, b, c, d);
  printf("leaf %x %x %x %x %x %x\n", leaf, subleaf, a, b, c, d);
}

static void leaves(void) {
  for (unsigned i = 0; i <= 0x20; i++)
    for (unsigned j = 0; j < 6; j++) leaf(i, j);
  for (unsigned i = 0; i < 3; i++) leaf(0x40000000 + i, 0);
  for (unsigned i = 0; i <= 0x20; i++) leaf(0x80000000 + i, 0);
}

#define SUPPORTS(name) if (__builtin_cpu_supports(name)) printf("supports " name "\n")
static void supports(void) {
  __builtin_cpu_init();
  SUPPORTS("cmov"); SUPPORTS("mmx"); SUPPORTS("sse"); SUPPORTS("sse2"); SUPPORTS("sse3"); SUPPORTS("ssse3"); SUPPORTS("sse4.1");
  SUPPORTS("sse4.2"); SUPPORTS("popcnt"); SUPPORTS("aes"); SUPPORTS("pclmul"); SUPPORTS("bmi"); SUPPORTS("bmi2"); SUPPORTS("avx");
  SUPPORTS("avx2"); SUPPORTS("fma"); SUPPORTS("fma4"); SUPPORTS("xop"); SUPPORTS("sse4a"); SUPPORTS("avx512f"); SUPPORTS("gfni");
  SUPPORTS("vaes"); SUPPORTS("vpclmulqdq");
}
#else
static void leaves(void) {}
static void supports(void) {}
#endif

/* glibc's getauxval() answers AT_HWCAP with what it made of it. */
static void auxv(void) {
  static unsigned long words[128];
  int fd = open("/proc/self/auxv", O_RDONLY);
  int got = read(fd, words, sizeof words) / sizeof *words;
  unsigned long values[32] = {0};
  for (int i = 0; i + 1 < got; i += 2)
    if (words[i] < 32) values[words[i]] = words[i + 1];
  printf("hwcap %lx %lx %s\n", values[AT_HWCAP], values[AT_HWCAP2], (char *)values[AT_PLATFORM]);
}

int main(void) {
  static char text[8192];
  leaves();
  supports();
  auxv();
  fflush(stdout);
  int fd = open("/proc/cpuinfo", O_RDONLY);
  long got = read(fd, text, sizeof text);
  return write(1, text, got) != got;
}
