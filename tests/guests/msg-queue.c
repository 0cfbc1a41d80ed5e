/* Messages come in their order, by type when one is asked for, the lowest up to a bound, or any but one */
#include "guest.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#ifndef MSG_COPY
#define MSG_COPY 040000
#endif
struct message { long type; char text[64]; };
static int id;
static void put(long type, const char *text) {
  struct message message = {.type = type};
  strcpy(message.text, text);
  TRY("send", msgsnd(id, &message, strlen(text) + 1, 0));
}
static void take(const char *what, long type, int flags) {
  struct message message = {.type = -7};
  errno = 0;
  ssize_t length = msgrcv(id, &message, sizeof message.text, type, flags | IPC_NOWAIT);
  if (length < 0) say("%s: %s", what, strerrorname_np(errno));
  else say("%s: %zd bytes, type %ld, %s", what, length, message.type, message.text);
}
int main(void) {
  unshare(CLONE_NEWIPC);
  id = msgget(IPC_PRIVATE, 0600);
  put(3, "three");
  put(5, "five");
  put(2, "two");
  put(5, "five again");
  put(1, "one");
  take("type 5", 5, 0);
  take("type 4", 4, 0);
  take("lowest up to 2", -2, 0);
  take("lowest up to 4", -4, 0);
  take("first", 0, 0);
  take("not 3", 3, MSG_EXCEPT);
  take("first", 0, 0);
  take("nothing left", 0, 0);
  take("copy of the first", 0, MSG_COPY);
  put(1, "zero");
  put(1, "uno");
  take("copy of the second", 1, MSG_COPY);
  take("copy of the third", 2, MSG_COPY);
  take("first", 0, 0);
  struct message small;
  TRY("too small", msgrcv(id, &small, 2, 0, IPC_NOWAIT));
  TRY("too small, cut", msgrcv(id, &small, 2, 0, IPC_NOWAIT | MSG_NOERROR));
  say("%c%c", small.text[0], small.text[1]);
  TRY("it is gone", msgrcv(id, &small, 2, 0, IPC_NOWAIT | MSG_NOERROR));
  TRY("empty text", msgsnd(id, &(struct message){.type = 9}, 0, 0));
  TRY("empty text", msgrcv(id, &small, 0, 9, 0));
  TRY("type 0", msgsnd(id, &(struct message){.type = 0}, 1, 0));
  TRY("type -1", msgsnd(id, &(struct message){.type = -1}, 1, 0));
  static struct { long type; char text[8193]; } large = {1, ""};
  TRY("8193 bytes", msgsnd(id, &large, 8193, 0));
  TRY("8192 bytes", msgsnd(id, &large, 8192, IPC_NOWAIT));
  TRY("8192 bytes", msgsnd(id, &large, 8192, IPC_NOWAIT));
  TRY("full", msgsnd(id, &large, 1, IPC_NOWAIT));
  TRY("nowhere", msgsnd(id, (void *)8, 1, IPC_NOWAIT));
  TRY("copy and wait", msgrcv(id, &large, 8192, 0, MSG_COPY));
  TRY("to nowhere", msgrcv(id, (void *)8, 8192, 0, IPC_NOWAIT));
  TRY("remove", msgctl(id, IPC_RMID, 0));
  TRY("gone", msgsnd(id, &large, 1, 0));
  TRY("gone", msgrcv(id, &large, 1, 0, 0));
  TRY("bad id", msgrcv(-1, &large, 1, 0, 0));
}
