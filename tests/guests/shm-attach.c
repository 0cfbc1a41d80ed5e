/* A System V segment is shared by those who attach it, and is gone after IPC_RMID and the last detach */
#include "guest.h"
#include <sys/shm.h>
int main(void) {
  unshare(CLONE_NEWIPC);
  int id = shmget(IPC_PRIVATE, 5000, IPC_CREAT | 0600);
  char *p = shmat(id, 0, 0);
  struct shmid_ds ds;
  pid_t child = fork();
  if (child == 0) {
    strcpy(p, "from the child");
    shmctl(id, IPC_STAT, &ds);
    say("attached: %d", (int)ds.shm_nattch);
    _exit(0);
  }
  reap("child", child);
  say("%s", p);
  shmctl(id, IPC_STAT, &ds);
  say("size %d, attached %d, mode %o, mine %d", (int)ds.shm_segsz, (int)ds.shm_nattch, ds.shm_perm.mode, ds.shm_cpid == getpid());
  char *q = shmat(id, 0, SHM_RDONLY);
  say("twice: %d %.4s, writable %d", p != q, q, writable(q));
  TRY("remove", shmctl(id, IPC_RMID, 0));
  shmctl(id, IPC_STAT, &ds);
  say("mode %o, key %d", ds.shm_perm.mode, (int)ds.shm_perm.__key);
  TRY("detach", shmdt(q));
  TRY("still there", shmctl(id, IPC_STAT, &ds));
  TRY("detach", shmdt(p));
  TRY("detach again", shmdt(p));
  say("gone: %d", shmctl(id, IPC_STAT, &ds));
}
