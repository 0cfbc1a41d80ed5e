/* semctl sets and tells the values of semaphores, and who was the last to change one */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/sem.h>
union semun { int val; struct semid_ds *buf; unsigned short *array; };
static int ctl(int id, int num, int cmd, unsigned short *array) { return semctl(id, num, cmd, (union semun){.array = array}); }
static int set(int id, int num, int val) { return semctl(id, num, SETVAL, (union semun){.val = val}); }
int main(void) {
  unshare(CLONE_NEWIPC);
  int id = semget(IPC_PRIVATE, 3, 0600);
  unsigned short values[3] = {7, 8, 9};
  TRY("SETALL", ctl(id, 0, SETALL, values));
  TRY("GETVAL 1", semctl(id, 1, GETVAL));
  TRY("SETVAL", set(id, 1, 32767));
  TRY("GETALL", ctl(id, 0, GETALL, values));
  say("%d %d %d", values[0], values[1], values[2]);
  say("GETPID is ours: %d", semctl(id, 1, GETPID) == getpid());
  TRY("GETNCNT", semctl(id, 0, GETNCNT));
  TRY("GETZCNT", semctl(id, 0, GETZCNT));
  TRY("too much", set(id, 1, 32768));
  TRY("negative", set(id, 1, -1));
  TRY("no such semaphore", set(id, 3, 0));
  TRY("no such semaphore's value", semctl(id, -1, GETVAL));
  values[2] = 40000;
  TRY("SETALL too much", ctl(id, 0, SETALL, values));
  TRY("GETALL nowhere", ctl(id, 0, GETALL, (unsigned short *)8));
  TRY("unknown command", semctl(id, 0, 99));
  struct semid_ds ds;
  memset(&ds, 0, sizeof ds);
  TRY("IPC_STAT", semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}));
  say("mode %o, %d semaphores, otime %ld, ctime set: %d", ds.sem_perm.mode, (int)ds.sem_nsems, (long)ds.sem_otime, ds.sem_ctime > 0);
  struct sembuf up = {0, 1, 0};
  TRY("semop", semop(id, &up, 1));
  semctl(id, 0, IPC_STAT, (union semun){.buf = &ds});
  say("otime set: %d", ds.sem_otime > 0);
  ds.sem_perm.mode = 0640;
  TRY("IPC_SET", semctl(id, 0, IPC_SET, (union semun){.buf = &ds}));
  semctl(id, 0, IPC_STAT, (union semun){.buf = &ds});
  say("mode %o", ds.sem_perm.mode);
  TRY("IPC_RMID", semctl(id, 0, IPC_RMID));
  TRY("gone", semctl(id, 0, GETVAL));
  TRY("gone for semop", semop(id, &up, 1));
  TRY("never there", semctl(-1, 0, GETVAL));
}
