/* set_robust_list wants the size of its head, and get_robust_list gives what was set, of any thread that may be seen. */
#include "threads.h"
static long head[3];
static void *list;
static void *sets(void *unused) {
  (void)unused;
  head[0] = (long)head;
  say("set: %s", result(syscall(SYS_set_robust_list, head, sizeof head)));
  here();
  pause();
  return 0;
}
int main(void) {
  size_t size = 0;
  say("size 1: %s", result(syscall(SYS_set_robust_list, head, 1)));
  start(sets, 0);
  pid_t other = asleep();
  long back = syscall(SYS_get_robust_list, other, &list, &size);
  say("get: %s, %d, %d", result(back), list == (void *)head, size == sizeof head);
  back = syscall(SYS_get_robust_list, 0, &list, &size);
  say("own: %s, another's %d", result(back), list == (void *)head);
  say("nobody's: %s", result(syscall(SYS_get_robust_list, NOBODY, &list, &size)));
  say("unwritable: %s", result(syscall(SYS_get_robust_list, 0, (void *)64, &size)));
  return 0;
}
