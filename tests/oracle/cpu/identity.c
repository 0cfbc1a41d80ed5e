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

int main(void) {
  static char text[8192];
  leaves();
  supports();
  printf("hwcap %lx %lx %s\n", getauxval(AT_HWCAP), getauxval(AT_HWCAP2), (char *)getauxval(AT_PLATFORM));
  fflush(stdout);
  int fd = open("/proc/cpuinfo", O_RDONLY);
  long got = read(fd, text, sizeof text);
  write(1, text, got);
}
