/* shmget finds a segment by its key, and refuses what does not fit */
#include "guest.h"
#include <sys/shm.h>
#include <grp.h>
int main(void) {
  unshare(CLONE_NEWIPC);
  key_t key = 0x4653;
  TRY("absent", shmget(key, 100, 0600));
  int id = shmget(key, 100, IPC_CREAT | IPC_EXCL | 0640);
  {
    long r0 = (long)shmget(key, 100, 0600) == id;
    say("made: %d, found: %d", id >= 0, (int)r0);
  }
  TRY("exclusive", shmget(key, 100, IPC_CREAT | IPC_EXCL));
  say("smaller: %d", shmget(key, 0, 0) == id);
  TRY("larger", shmget(key, 101, 0));
  TRY("size 0", shmget(IPC_PRIVATE, 0, 0600));
  TRY("bad id", shmctl(-1, IPC_STAT, 0));
  TRY("bad command", shmctl(id, 99, 0));
  TRY("odd address", shmat(id, (void *)0x20000001, 0));
  TRY("remap nowhere", shmat(id, 0, SHM_REMAP));
  TRY("not attached", shmdt((void *)0x20000000));
  char *at = shmat(id, (void *)0x20004005, SHM_RND);
  say("rounded: %lx", (long)at);
  TRY("taken", shmat(id, (void *)0x20004000, 0));
  say("remap: %lx", (long)shmat(id, (void *)0x20004000, SHM_REMAP));
  pid_t child = fork();
  if (child == 0) {
    setgid(1234);
    setgroups(0, 0);
    setuid(1234);
    TRY("stranger", shmget(key, 100, 0600));
    TRY("stranger's attach", shmat(id, 0, 0));
    TRY("stranger's remove", shmctl(id, IPC_RMID, 0));
    _exit(0);
  }
  reap("child", child);
  struct shmid_ds ds;
  shmctl(id, IPC_STAT, &ds);
  ds.shm_perm.mode = 0666;
  TRY("set", shmctl(id, IPC_SET, &ds));
  shmctl(id, IPC_STAT, &ds);
  say("mode %o", ds.shm_perm.mode);
  TRY("remove", shmctl(id, IPC_RMID, 0));
}
