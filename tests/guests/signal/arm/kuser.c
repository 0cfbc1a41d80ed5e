/* the kernel's helpers at the top of the address space do what their documentation says */
#include "../../guest.h"

typedef int (*cmpxchg_t)(int, int, volatile int *);
typedef int (*cmpxchg64_t)(const long long *, const long long *, volatile long long *);
typedef void *(*get_tls_t)(void);
typedef void (*barrier_t)(void);

int main(void) {
  say("version %d", *(int *)0xffff0ffc);
  volatile int word = 5;
  cmpxchg_t cmpxchg = (cmpxchg_t)0xffff0fc0;
  int result = cmpxchg(4, 9, &word);
  say("cmpxchg of another value: %d, word %d", result != 0, word);
  result = cmpxchg(5, 9, &word);
  say("cmpxchg: %d, word %d", result, word);
  volatile long long big = 0x100000002ll;
  long long old = 0x100000002ll, next = 0x300000004ll;
  cmpxchg64_t cmpxchg64 = (cmpxchg64_t)0xffff0f60;
  result = cmpxchg64(&next, &old, &big);
  say("cmpxchg64 of another value: %d, %#llx", result != 0, (long long)big);
  result = cmpxchg64(&old, &next, &big);
  say("cmpxchg64: %d, %#llx", result, (long long)big);
  ((barrier_t)0xffff0fa0)();
  void *tls;
  __asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(tls));
  say("get_tls %d", ((get_tls_t)0xffff0fe0)() == tls);
  pid_t child = fork();
  if (child == 0) *(volatile int *)0xffff0ffc = 1;
  reap("a write to it", child);
  child = fork();
  if (child == 0) ((barrier_t)0xffff0000)();
  reap("a call of what is no helper", child);
}
