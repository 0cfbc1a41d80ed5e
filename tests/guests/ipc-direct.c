/* shmctl, semctl and msgctl as calls of their own know the new structures only, and IPC_64 is no command of theirs; ARM's tell by it which are meant */
#include "guest.h"
#include <sys/ipc.h>
#ifdef __x86_64__
enum { NR_shmget = 29, NR_shmctl = 31, NR_semget = 64, NR_semctl = 66, NR_msgget = 68, NR_msgctl = 71 };
#elif defined __i386__
enum { NR_shmget = 395, NR_shmctl = 396, NR_semget = 393, NR_semctl = 394, NR_msgget = 399, NR_msgctl = 402 };
#else
enum { NR_shmget = 307, NR_shmctl = 308, NR_semget = 299, NR_semctl = 300, NR_msgget = 303, NR_msgctl = 304 };
#endif
/* As the kernel has them: musl's IPC_STAT has a bit more. */
enum { VERSION = 0x100, STAT_COMMAND = 2 };
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
  int shm = syscall(NR_shmget, IPC_PRIVATE, 4096, 0600), sem = syscall(NR_semget, IPC_PRIVATE, 3, 0600);
  int msg = syscall(NR_msgget, IPC_PRIVATE, 0600);
  STAT("shmctl", syscall(NR_shmctl, shm, STAT_COMMAND, bytes));
  STAT("shmctl IPC_64", syscall(NR_shmctl, shm, STAT_COMMAND | VERSION, bytes));
  STAT("semctl", syscall(NR_semctl, sem, 0, STAT_COMMAND, bytes));
#ifndef __i386__
  // Below i386 a 64-bit kernel overlooks the flag in these two, and returns the number.
  STAT("semctl IPC_64", syscall(NR_semctl, sem, 0, STAT_COMMAND | VERSION, bytes));
  STAT("msgctl IPC_64", syscall(NR_msgctl, msg, STAT_COMMAND | VERSION, bytes));
#endif
  STAT("msgctl", syscall(NR_msgctl, msg, STAT_COMMAND, bytes));
  TRY("remove shm", syscall(NR_shmctl, shm, IPC_RMID, 0));
  TRY("remove sem", syscall(NR_semctl, sem, 0, IPC_RMID, 0));
  TRY("remove msg", syscall(NR_msgctl, msg, IPC_RMID, 0));
  return 0;
}
