/* IPC_INFO and SEM_INFO tell the limits of semaphores and their use */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/sem.h>
union semun { int val; struct semid_ds *buf; struct seminfo *info; };
int main(void) {
  unshare(CLONE_NEWIPC);
  semget(IPC_PRIVATE, 5, 0600);
  struct seminfo info;
  TRY("IPC_INFO", semctl(0, 0, IPC_INFO, (union semun){.info = &info}));
  say("%d %d %d %d %d", info.semmap, info.semmni, info.semmns, info.semmnu, info.semmsl);
  say("%d %d %d %d %d", info.semopm, info.semume, info.semusz, info.semvmx, info.semaem);
  TRY("SEM_INFO", semctl(0, 0, SEM_INFO, (union semun){.info = &info}));
  say("arrays %d, semaphores %d", info.semusz, info.semaem);
  struct semid_ds ds;
  TRY("SEM_STAT", semctl(0, 0, SEM_STAT, (union semun){.buf = &ds}));
  say("%d semaphores", (int)ds.sem_nsems);
}
