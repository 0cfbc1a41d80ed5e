/* Shared memory by shm_open and semaphores by sem_open are files that the C library keeps in /dev/shm */
#include "guest.h"
#include <semaphore.h>
int main(void) {
  char name[40];
  snprintf(name, sizeof name, "/forkscope-%d", (int)getpid());
  // What a run that was killed has left.
  shm_unlink(name);
  sem_unlink(name);
  int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  TRY("shm_open", fd >= 0);
  TRY("again", shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
  TRY("ftruncate", ftruncate(fd, 4096));
  char *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY("shm_unlink", shm_unlink(name));
  TRY("gone", shm_open(name, O_RDWR, 0));
  sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
  TRY("sem_open", semaphore != SEM_FAILED);
  pid_t child = fork();
  if (child == 0) {
    strcpy(shared, "from the child");
    _exit(sem_post(semaphore));
  }
  TRY("sem_wait", sem_wait(semaphore));
  say("%s", shared);
  reap("child", child);
  TRY("sem_trywait", sem_trywait(semaphore));
  TRY("sem_unlink", sem_unlink(name));
  return 0;
}
