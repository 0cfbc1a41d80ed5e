/* Peek and poke reach all of another's memory: read-only pages get a private copy, what is not there is EIO. */
#include "tracer.h"
static const char constant[4096 * 2] __attribute__((aligned(4096))) = "constant";
static volatile long counter = 1000;
static int check(void) { return constant[0]; }
static void body(void) {
  kill(getpid(), SIGUSR1);
  say("  child sees %c%c%c and %ld", check(), constant[1], constant[2], counter);
}
int main(void) {
  pid_t pid = traced(body, 0), other = traced(body, 0);
  proceed("child", PTRACE_CONT, pid, 0);
  proceed("the other", PTRACE_CONT, other, 0);
  errno = 0;
  say("counter is %ld", ptrace(PTRACE_PEEKDATA, pid, &counter, 0));
  request(PTRACE_POKEDATA, pid, (unsigned long)&counter, 2000);
  say("counter is %ld, ours %ld", ptrace(PTRACE_PEEKDATA, pid, &counter, 0), counter);
  long word = 0;
  memcpy(&word, "CON", 3);
  say("a read-only page: %s", attempt(PTRACE_POKETEXT, pid, (unsigned long)constant, word));
  say("ours is untouched: %c", constant[0]);
  say("nothing there: %s, %s", attempt(PTRACE_PEEKDATA, pid, 16, 0), attempt(PTRACE_POKEDATA, pid, 16, 0));
  char *hidden = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pid_t third = traced(body, 0);
  say("PROT_NONE: %s", attempt(PTRACE_POKEDATA, third, (unsigned long)hidden, 7));
  say("PROT_NONE holds %ld", ptrace(PTRACE_PEEKDATA, third, hidden, 0));
  proceed("child", PTRACE_CONT, pid, 0);
  proceed("the other", PTRACE_CONT, other, 0);
  request(PTRACE_KILL, third, 0, 0);
  await("the third", third);
  return 0;
}
