/* semget finds an array by its key, and refuses what does not fit */
#include "guest.h"
#include <grp.h>
#include <sys/ipc.h>
#include <sys/sem.h>
int main(void) {
  unshare(CLONE_NEWIPC);
  TRY("absent", semget(0x77, 1, 0600));
  int id = semget(0x77, 2, IPC_CREAT | IPC_EXCL | 0640);
  say("found: %d", semget(0x77, 2, 0) == id);
  say("fewer: %d", semget(0x77, 0, 0) == id);
  TRY("more", semget(0x77, 3, 0));
  TRY("exclusive", semget(0x77, 2, IPC_CREAT | IPC_EXCL));
  TRY("none", semget(IPC_PRIVATE, 0, 0600));
  TRY("negative", semget(IPC_PRIVATE, -1, 0600));
  TRY("too many", semget(IPC_PRIVATE, 32001, 0600));
  pid_t child = fork();
  if (child == 0) {
    setgid(1234);
    setgroups(0, 0);
    setuid(1234);
    struct sembuf up = {0, 1, 0};
    struct sembuf zero = {0, 0, 0};
    TRY("stranger", semget(0x77, 2, 0600));
    TRY("stranger without rights", semget(0x77, 2, 0) == id);
    TRY("stranger's operation", semop(id, &up, 1));
    TRY("stranger's wait for zero", semop(id, &zero, 1));
    TRY("stranger's look", semctl(id, 0, GETVAL));
    TRY("stranger's remove", semctl(id, 0, IPC_RMID));
    _exit(0);
  }
  reap("child", child);
  TRY("remove", semctl(id, 0, IPC_RMID));
}
