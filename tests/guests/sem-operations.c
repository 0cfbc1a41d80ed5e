/* semop does all of its operations or none */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/sem.h>
int main(void) {
  unshare(CLONE_NEWIPC);
  int id = semget(IPC_PRIVATE, 3, 0600);
  struct sembuf fill[] = {{0, 5, 0}, {1, 2, 0}};
  TRY("fill", semop(id, fill, 2));
  struct sembuf mixed[] = {{0, -3, IPC_NOWAIT}, {1, -3, IPC_NOWAIT}};
  TRY("the second would block", semop(id, mixed, 2));
  say("untouched: %d %d", semctl(id, 0, GETVAL), semctl(id, 1, GETVAL));
  struct sembuf twice[] = {{0, -5, 0}, {0, 0, 0}, {0, 4, 0}};
  TRY("down to zero, wait for it, up", semop(id, twice, 3));
  say("value %d", semctl(id, 0, GETVAL));
  struct sembuf zero = {0, 0, IPC_NOWAIT};
  TRY("not zero", semop(id, &zero, 1));
  struct sembuf over = {2, 32767, 0};
  TRY("to the limit", semop(id, &over, 1));
  over.sem_op = 1;
  TRY("over the limit", semop(id, &over, 1));
  struct sembuf none = {3, 1, 0};
  TRY("no such semaphore", semop(id, &none, 1));
  TRY("no operation", semop(id, fill, 0));
  static struct sembuf many[501];
  TRY("too many", semop(id, many, 501));
  TRY("nowhere", semop(id, (struct sembuf *)8, 1));
  TRY("bad id", semop(-1, fill, 1));
  struct timespec bad = {0, 1000000000};
  TRY("bad time", semtimedop(id, &zero, 1, &bad));
  struct timespec brief = {0, 1000000};
  struct sembuf down = {1, -3, 0};
  TRY("time runs out", semtimedop(id, &down, 1, &brief));
  TRY("remove", semctl(id, 0, IPC_RMID));
}
