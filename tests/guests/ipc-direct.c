/* shmctl, semctl and msgctl as calls of their own know the new structures only, and IPC_64 is no command of theirs; ARM's tell by it which are meant */
#include "guest.h"
#include <sys/ipc.h>
#ifdef __x86_64__
enum { SHMGET = 29, SHMCTL = 31, SEMGET = 64, SEMCTL = 66, MSGGET = 68, MSGCTL = 71 };
#elif defined __i386__
enum { SHMGET = 395, SHMCTL = 396, SEMGET = 393, SEMCTL = 394, MSGGET = 399, MSGCTL = 402 };
#else
enum { SHMGET = 307, SHMCTL = 308, SEMGET = 299, SEMCTL = 300, MSGGET = 303, MSGCTL = 304 };
#endif
enum { VERSION = 0x100 };
static unsigned char bytes[512];
/* How much of the structure is written, in longs. */
static int words(void) {
  int last = sizeof bytes;
  while (last > 0 && bytes[last - 1] == 0xaa) last--;
  return (last + sizeof(long) - 1) / sizeof(long);
}
#define STAT(what, call)                                    \
  do {                                                      \
    memset(bytes, 0xaa, sizeof bytes);                      \
    TRY(what, call);                                        \
    say("words: %d", words());                              \
  } while (0)
int main(void) {
  int shm = syscall(SHMGET, IPC_PRIVATE, 4096, 0600), sem = syscall(SEMGET, IPC_PRIVATE, 3, 0600);
  int msg = syscall(MSGGET, IPC_PRIVATE, 0600);
  STAT("shmctl", syscall(SHMCTL, shm, IPC_STAT, bytes));
  STAT("shmctl IPC_64", syscall(SHMCTL, shm, IPC_STAT | VERSION, bytes));
  STAT("semctl", syscall(SEMCTL, sem, 0, IPC_STAT, bytes));
#ifndef __i386__
  // Below i386 a 64-bit kernel overlooks the flag in these two, and returns the number.
  STAT("semctl IPC_64", syscall(SEMCTL, sem, 0, IPC_STAT | VERSION, bytes));
  STAT("msgctl IPC_64", syscall(MSGCTL, msg, IPC_STAT | VERSION, bytes));
#endif
  STAT("msgctl", syscall(MSGCTL, msg, IPC_STAT, bytes));
  TRY("remove shm", syscall(SHMCTL, shm, IPC_RMID, 0));
  TRY("remove sem", syscall(SEMCTL, sem, 0, IPC_RMID, 0));
  TRY("remove msg", syscall(MSGCTL, msg, IPC_RMID, 0));
  return 0;
}
