/* Frames below a signal handler. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile int seen;

static __attribute__((noinline)) void deep(int n)
{
  if (n > 0)
    deep(n - 1);
  seen++;
}

static void handler(int sig)
{
  deep(2);
  seen += sig;
}

static __attribute__((noinline)) int work(int x)
{
  raise(SIGUSR1);
  return seen + x;
}

int main(int argc, char **argv)
{
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  if (argc > 1)
    action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR1, &action, 0);
  int got = work(argc);
  printf("%d %s\n", got, argv[0] ? "" : "?");
  return 0;
}
