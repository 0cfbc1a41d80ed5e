/* Capability sets of the calling thread, for the guests about them. */
#ifndef CAPS_H
#define CAPS_H
#include "guest.h"
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#define BIT(cap) (1ull << (cap))
struct sets {
  unsigned long long effective, permitted, inheritable;
};
__attribute__((unused)) static struct sets get_caps(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  syscall(SYS_capget, &header, data);
  return (struct sets){data[0].effective | (unsigned long long)data[1].effective << 32,
                       data[0].permitted | (unsigned long long)data[1].permitted << 32,
                       data[0].inheritable | (unsigned long long)data[1].inheritable << 32};
}
__attribute__((unused)) static long set_caps(unsigned long long effective, unsigned long long permitted,
                                             unsigned long long inheritable) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{effective, permitted, inheritable},
                                           {effective >> 32, permitted >> 32, inheritable >> 32}};
  return syscall(SYS_capset, &header, data);
}
__attribute__((unused)) static void show_caps(const char *what) {
  struct sets sets = get_caps();
  say("%s: effective %llx, permitted %llx, inheritable %llx", what, sets.effective, sets.permitted, sets.inheritable);
}
#endif
