/*
 * probe LIMIT_MS UID DIRECTORY COUNT: execve() ./0, ./1, … of DIRECTORY in a child each and print a line about each: the errno
 * of execve, or how the process ended. With a fifth argument it keeps standard output. The same binary runs natively and in
 * forkscope.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int keepOutput;

/* CPU time for what loops, which a busy machine does not shorten; real time only for what sleeps. */

static void limitTime(int timer, int ms) {
  struct itimerval limit = {.it_value = {ms / 1000, ms % 1000 * 1000}};
  setitimer(timer, &limit, NULL);
}

/* What runs may be anything: it gets little time, writes nothing and is nobody. */
static void confine(int limitMs, int uid) {
  limitTime(ITIMER_PROF, limitMs);
  limitTime(ITIMER_REAL, 120 * limitMs);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) if (fd != 1 || !keepOutput) dup2(null, fd);
  close(null);
  if (getuid() == 0 && (setgid(uid) != 0 || setuid(uid) != 0)) _exit(99);
  personality(ADDR_NO_RANDOMIZE);
}

static void probe(const char *path, int limitMs, int uid) {
  int report[2];
  pipe2(report, O_CLOEXEC);
  int pid = fork();
  if (pid == 0) {
    confine(limitMs, uid);
    char *argv[] = {(char *)path, "one", NULL};
    char *envp[] = {"E=1", NULL};
    execve(path, argv, envp);
    int error = errno;
    write(report[1], &error, sizeof error);
    _exit(98);
  }
  close(report[1]);
  int error = 0, status = 0;
  int refused = read(report[0], &error, sizeof error) == sizeof error;
  close(report[0]);
  waitpid(pid, &status, 0);
  if (refused) printf("%s\n", strerrorname_np(error));
  else if (WIFSIGNALED(status)) printf("%s\n", strsignal(WTERMSIG(status)));
  else printf("exit %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  keepOutput = argc > 5;
  if (chdir(argv[3]) != 0) return 3;
  for (int i = 0; i < atoi(argv[4]); i++) {
    char path[16];
    snprintf(path, sizeof path, "./%d", i);
    probe(path, atoi(argv[1]), atoi(argv[2]));
    fflush(stdout);
  }
  return 0;
}
