/* The end of a pid namespace's first process kills all others, and nobody is born there again: ENOMEM */
#include "guest.h"
int main(void) {
  int life[2], go[2];
  char byte;
  pipe(life);
  pipe(go);
  TRY("unshare", unshare(CLONE_NEWPID));
  say("the caller keeps its own number: %d", getpid() > 1);
  pid_t init = fork();
  if (init == 0) {
    close(life[0]);
    for (int i = 0; i < 3; i++) {
      if (fork() == 0) {
        signal(SIGTERM, SIG_IGN);
        for (;;) pause();
      }
    }
    read(go[0], &byte, 1);
    _exit(4);
  }
  pid_t other = fork();
  if (other == 0) {
    close(life[0]);
    for (;;) pause();
  }
  close(life[1]);
  write(go[1], "", 1);
  say("the pipe ends when the last is dead: %zd", read(life[0], &byte, 1));
  reap("born of another parent", other);
  reap("init", init);
  TRY("fork", fork());
  TRY("thread", syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, new_stack(), 0, 0, 0));
  TRY("unshare again", unshare(CLONE_NEWPID));
}
