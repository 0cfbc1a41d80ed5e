/* An IPC namespace has its own keys, and takes what is left in it with its last process */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/shm.h>
int main(void) {
  unshare(CLONE_NEWIPC);
  int id = shmget(0x1234, 4096, IPC_CREAT | 0600);
  char *at = shmat(id, 0, 0);
  strcpy(at, "outside");
  pid_t child = syscall(SYS_clone, CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    TRY("key inside", shmget(0x1234, 4096, 0));
    TRY("number inside", shmat(id, 0, 0));
    say("what was attached stays: %s", at);
    int own = shmget(0x1234, 8192, IPC_CREAT | 0600);
    char *mine = shmat(own, 0, 0);
    strcpy(mine, "inside");
    say("its own: %s", mine);
    _exit(0);
  }
  reap("child", child);
  say("key outside: %d", shmget(0x1234, 4096, 0) == id);
  TRY("inside's size does not fit", shmget(0x1234, 8192, 0));
  TRY("remove", shmctl(id, IPC_RMID, 0));
}
