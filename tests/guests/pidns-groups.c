/* Process groups reach across pid namespaces only by number: kill(0) does, kill(-pgrp) needs the number of the level */
#include "guest.h"
static volatile int got;
static void on_signal(int signo) { got = signo; }
int main(void) {
  setpgid(0, 0);
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART}, 0);
  pid_t outside = getpid();
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    TRY("group's number inside", getpgrp());
    TRY("by the number outside", kill(-outside, SIGUSR1));
    TRY("own group", kill(0, SIGUSR1));
    say("init got %d", got);
    TRY("a group of its own", setpgid(0, 0));
    TRY("group", getpgid(0));
    pid_t child = fork();
    if (child == 0) pause();
    TRY("setpgid of a child", setpgid(child, child));
    TRY("child's group", getpgid(child));
    TRY("child's session", getsid(child));
    TRY("kill its group", kill(-child, SIGTERM));
    reap("child", child);
    _exit(0);
  }
  reap("init", init);
  say("the parent got %d", got);
}
