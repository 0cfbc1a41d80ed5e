/* Who sleeps in semop is served by the one that makes it possible, the oldest first */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/sem.h>
static int id;
static void on_signal(int signo) { (void)signo; }
static pid_t sleeper(int num, int op) {
  pid_t child = fork();
  if (child == 0) {
    struct sembuf one = {num, op, 0};
    errno = 0;
    int result = semop(id, &one, 1);
    _exit(result == 0 ? 0 : errno);
  }
  while (semctl(id, num, op == 0 ? GETZCNT : GETNCNT) == 0) sched_yield();
  return child;
}
int main(void) {
  unshare(CLONE_NEWIPC);
  id = semget(IPC_PRIVATE, 2, 0600);
  pid_t first = sleeper(0, -2);
  say("waits for more: %d, for zero: %d", semctl(id, 0, GETNCNT), semctl(id, 0, GETZCNT));
  struct sembuf up = {0, 1, 0};
  semop(id, &up, 1);
  say("not enough: %d", semctl(id, 0, GETVAL));
  semop(id, &up, 1);
  say("taken at once: %d", semctl(id, 0, GETVAL));
  say("by whom: %d", semctl(id, 0, GETPID) == first);
  reap("first", first);
  semop(id, &up, 1);
  pid_t zero = sleeper(0, 0);
  struct sembuf down = {0, -1, 0};
  semop(id, &down, 1);
  reap("zero", zero);
  signal(SIGUSR1, on_signal);
  pid_t interrupted = sleeper(1, -1);
  kill(interrupted, SIGUSR1);
  reap("a handler ends the sleep with EINTR, 4", interrupted);
  pid_t removed = sleeper(1, -1);
  semctl(id, 0, IPC_RMID);
  reap("removal ends it with EIDRM, 43", removed);
}
