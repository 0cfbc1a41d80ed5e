/* When the first thread ends before others, the process lives on and its parent is told at the end of the last, with that one's status. */
#include "threads.h"
static int go[2];
static pid_t pid;
static void handler(int signo) { (void)signo, say("handled by another thread: %d", getpid() != tid()); }
static void *outlives(void *unused) {
  char byte;
  while (read(go[0], &byte, 1) != 1) continue;
  say("the other thread: pid is unchanged %d", getpid() == pid);
  syscall(SYS_exit, 5);
  return unused;
}
static void *exits(void *unused) {
  char byte;
  read(go[0], &byte, 1);
  exit(6);
  return unused;
}
__attribute__((unused)) static void *returns(void *unused) {
  char byte;
  read(go[0], &byte, 1);
  return unused;
}
static pid_t child(void *(*run)(void *), int raw) {
  pipe(go);
  pid_t one = fork();
  if (one == 0) {
    pid = getpid();
    signal(SIGUSR1, handler);
    start(run, 0);
    if (raw) syscall(SYS_exit, 3);
    pthread_exit(0);
  }
  for (char state = 0; state != 'Z';) {
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", one);
    int fd = open(path, O_RDONLY);
    read(fd, text, 255);
    close(fd);
    char *end = strrchr(text, ')');
    state = end ? end[2] : 0;
    usleep(1000);
  }
  return one;
}
int main(void) {
  int status;
  pid_t one = child(outlives, 1);
  say("nothing to wait for: %s", result(waitpid(one, &status, WNOHANG)));
  kill(one, SIGUSR1);
  wait_for_others();
  write(go[1], "", 1);
  reap("raw exits", one);
  one = child(exits, 0);
  write(go[1], "", 1);
  reap("exit", one);
#ifdef __GLIBC__
  one = child(returns, 0);
  write(go[1], "", 1);
  reap("return", one);
#endif
  one = child(outlives, 1);
  kill(one, SIGKILL);
  reap("killed", one);
  return 0;
}
