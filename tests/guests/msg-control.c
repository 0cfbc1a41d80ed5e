/* msgctl tells of a queue and of all, changes its size and owner; a user cannot make it larger */
#include "guest.h"
#include <grp.h>
#include <sys/ipc.h>
#include <sys/msg.h>
int main(void) {
  unshare(CLONE_NEWIPC);
  TRY("absent", msgget(0x99, 0600));
  int id = msgget(0x99, IPC_CREAT | 0660);
  say("found: %d", msgget(0x99, 0) == id);
  TRY("exclusive", msgget(0x99, IPC_CREAT | IPC_EXCL));
  struct { long type; char text[16]; } message = {1, "hello"};
  msgsnd(id, &message, 6, 0);
  struct msginfo info;
  TRY("IPC_INFO", msgctl(0, IPC_INFO, (struct msqid_ds *)&info));
  say("%d %d %d %d %d %d %d", info.msgpool, info.msgmap, info.msgmax, info.msgmnb, info.msgmni, info.msgssz, info.msgtql);
  TRY("MSG_INFO", msgctl(0, MSG_INFO, (struct msqid_ds *)&info));
  say("queues %d, messages %d, bytes %d", info.msgpool, info.msgmap, info.msgtql);
  struct msqid_ds ds;
  TRY("MSG_STAT", msgctl(0, MSG_STAT, &ds));
  say("mode %o, key %x", ds.msg_perm.mode, ds.msg_perm.__key);
  ds.msg_qbytes = 10000;
  ds.msg_perm.uid = 1234;
  TRY("another owner", msgctl(id, IPC_SET, &ds));
  pid_t child = fork();
  if (child == 0) {
    setgid(1234);
    setgroups(0, 0);
    setuid(1234);
    ds.msg_qbytes = 17000;
    TRY("the owner makes it larger", msgctl(id, IPC_SET, &ds));
    ds.msg_qbytes = 100;
    TRY("smaller", msgctl(id, IPC_SET, &ds));
    _exit(0);
  }
  reap("child", child);
  child = fork();
  if (child == 0) {
    setgid(999);
    setgroups(0, 0);
    setuid(999);
    TRY("stranger", msgget(0x99, 0600));
    TRY("stranger sends", msgsnd(id, &message, 1, 0));
    TRY("stranger receives", msgrcv(id, &message, 1, 0, 0));
    TRY("stranger looks", msgctl(id, IPC_STAT, &ds));
    TRY("stranger removes", msgctl(id, IPC_RMID, 0));
    _exit(0);
  }
  reap("child", child);
  msgctl(id, IPC_STAT, &ds);
  say("size %d", (int)ds.msg_qbytes);
  TRY("unknown", msgctl(id, 99, &ds));
  TRY("remove", msgctl(id, IPC_RMID, 0));
}
