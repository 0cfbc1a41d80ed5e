/* /dev/zero can be mapped privately, as zeros, and shared not; /dev/null not at all */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  int zero = (int)SYS3(__NR_open, "/dev/zero", O_RDWR, 0), null = (int)SYS3(__NR_open, "/dev/null", O_RDWR, 0);
  long at = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
  tell_address("/dev/zero, private", at);
  if (!failed(at)) say("zeros %ld", count((char *)at, 0, PAGE));
  tell_address("/dev/zero, shared", mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0));
  tell_address("/dev/null, private", mmap(0, PAGE, PROT_READ, MAP_PRIVATE, null, 0));
  tell_address("/dev/null, shared", mmap(0, PAGE, PROT_READ, MAP_SHARED, null, 0));
  return 0;
}
