/* SEM_UNDO is taken back when a process ends, not by execve, and CLONE_SYSVSEM shares it */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/sem.h>
static int op(int id, int num, int by, int flags) {
  struct sembuf one = {num, by, flags};
  return semop(id, &one, 1);
}
static int value(int id) { return semctl(id, 0, GETVAL); }
int main(void) {
  unshare(CLONE_NEWIPC);
  int id = semget(IPC_PRIVATE, 2, 0600);
  op(id, 0, 10, 0);
  pid_t child = fork();
  if (child == 0) {
    op(id, 0, -4, SEM_UNDO);
    op(id, 0, 1, SEM_UNDO);
    say("child: %d", value(id));
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(0);
    reap("a grandchild inherits nothing", grandchild);
    say("child: %d", value(id));
    _exit(0);
  }
  reap("child", child);
  say("taken back: %d", value(id));
  child = fork();
  if (child == 0) {
    op(id, 0, -4, SEM_UNDO);
    semctl(id, 0, SETVAL, 6);
    _exit(0);
  }
  reap("SETVAL forgets it", child);
  say("value %d", value(id));
  child = fork();
  if (child == 0) {
    op(id, 0, 20, SEM_UNDO);
    op(id, 0, -24, 0);
    _exit(0);
  }
  reap("never below zero", child);
  say("value %d", value(id));
  op(id, 0, 10, 0);
  child = fork();
  if (child == 0) {
    op(id, 0, -1, SEM_UNDO);
    pid_t sharing = syscall(SYS_clone, CLONE_SYSVSEM | SIGCHLD, 0, 0, 0, 0);
    if (sharing == 0) {
      op(id, 0, -2, SEM_UNDO);
      _exit(0);
    }
    reap("one of two that share", sharing);
    say("still: %d", value(id));
    _exit(0);
  }
  reap("the other", child);
  say("value %d", value(id));
  child = fork();
  if (child == 0) {
    op(id, 0, -3, SEM_UNDO);
    TRY("unshare", unshare(CLONE_SYSVSEM));
    say("taken back: %d", value(id));
    _exit(0);
  }
  reap("child", child);
  TRY("as much as can be taken back", op(id, 1, 32767, SEM_UNDO));
  op(id, 1, -32767, 0);
  TRY("more", op(id, 1, 2, SEM_UNDO));
  semctl(id, 0, IPC_RMID);
}
