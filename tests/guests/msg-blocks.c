/* msgrcv sleeps until a message comes that it wants, msgsnd until there is room */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/msg.h>
struct message { long type; char text[8192]; };
static int id;
static void on_signal(int signo) { (void)signo; }
static pid_t receiver(long type, size_t size) {
  pid_t child = fork();
  if (child == 0) {
    static struct message message;
    errno = 0;
    ssize_t length = msgrcv(id, &message, size, type, 0);
    _exit(length < 0 ? errno : message.text[0]);
  }
  until_asleep(child, child);
  return child;
}
int main(void) {
  static struct message message;
  unshare(CLONE_NEWIPC);
  id = msgget(IPC_PRIVATE, 0600);
  pid_t wants_two = receiver(2, 10);
  message.type = 1;
  message.text[0] = 11;
  msgsnd(id, &message, 1, 0);
  message.type = 2;
  message.text[0] = 22;
  msgsnd(id, &message, 1, 0);
  reap("the one of its type", wants_two);
  struct msqid_ds ds;
  msgctl(id, IPC_STAT, &ds);
  say("left: %d messages, %d bytes, room for %d", (int)ds.msg_qnum, (int)ds.__msg_cbytes, (int)ds.msg_qbytes);
  say("last sender is us: %d, last receiver the child: %d", ds.msg_lspid == getpid(), ds.msg_lrpid == wants_two);
  say("times: %d %d %d", ds.msg_stime > 0, ds.msg_rtime > 0, ds.msg_ctime > 0);
  pid_t small = receiver(3, 1);
  message.type = 3;
  msgsnd(id, &message, 5, 0);
  reap("too small: E2BIG, 7", small);
  msgrcv(id, &message, 5, 3, 0);
  signal(SIGUSR1, on_signal);
  pid_t interrupted = receiver(4, 1);
  kill(interrupted, SIGUSR1);
  reap("a handler: EINTR, 4", interrupted);
  pid_t sender = fork();
  if (sender == 0) {
    message.type = 7;
    for (int i = 0; i < 3; i++) msgsnd(id, &message, 8192, 0);
    _exit(0);
  }
  until_asleep(sender, sender);
  int status;
  say("the sender waits: %d", waitpid(sender, &status, WNOHANG));
  for (int i = 0; i < 3; i++) TRY("take", msgrcv(id, &message, 8192, 7, 0));
  reap("sender", sender);
  pid_t removed = receiver(5, 1);
  TRY("remove", msgctl(id, IPC_RMID, 0));
  reap("removal: EIDRM, 43", removed);
}
