/* a System V segment can be attached: everybody has it at the same address */
#include "nommu.h"
#include <linux/ipc.h>
#define SHM_RDONLY 010000
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  long id = SYS3(__NR_shmget, IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600);
  if (failed(id)) {
    tell("shmget", id);
    return 0;
  }
  volatile char *at = (volatile char *)SYS3(__NR_shmat, id, 0, 0);
  tell_address("shmat", (long)at);
  if (!failed((long)at)) {
    at[0] = 's';
    at[3 * PAGE - 1] = 'e';
    volatile char *again = (volatile char *)SYS3(__NR_shmat, id, 0, 0);
    say("again at the same address: %d, it holds %c %c", again == at, again[0], again[3 * PAGE - 1]);
    volatile char *reading = (volatile char *)SYS3(__NR_shmat, id, 0, SHM_RDONLY);
    tell_address("SHM_RDONLY", (long)reading);
    tell("at an address", SYS3(__NR_shmat, id, anonymous(4 * PAGE), 0));
    tell("shmdt", SYS1(__NR_shmdt, at));
    tell("shmdt of nothing", SYS1(__NR_shmdt, at + PAGE));
  }
  tell("IPC_RMID", SYS3(__NR_shmctl, id, IPC_RMID, 0));
  tell("shmat of what is gone", SYS3(__NR_shmat, id, 0, 0));
  return 0;
}
