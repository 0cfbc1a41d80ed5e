/* Loads a vDSO image as a library and compares its clock with the host's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
int main(int argc, char **argv) {
  void *library = dlopen(argv[1], RTLD_NOW);
  if (!library) return printf("%s\n", dlerror()), 1;
  int (*clock)(clockid_t, struct timespec *) = dlvsym(library, "__vdso_clock_gettime", "LINUX_2.6");
  printf("found by its version %d, not by another %d\n", clock != 0, dlvsym(library, "__vdso_clock_gettime", "LINUX_9") == 0);
  int (*day)(struct timeval *, void *) = dlsym(library, "__vdso_gettimeofday");
  struct timespec now;
  struct timeval then;
  if (clock(CLOCK_REALTIME, &now) != 0 || day(&then, 0) != 0) return 1;
  printf("within a second %d\n", then.tv_sec - now.tv_sec <= 1 && now.tv_sec - time(0) <= 1);
  return 0;
}
