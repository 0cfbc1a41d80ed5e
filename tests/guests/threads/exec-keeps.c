/* After execve from a thread children of all threads can be waited for; the mask and what is ignored stay, handlers and close-on-exec descriptors go; a robust lock of the first thread passes on, another thread's does not, for its id changes before. */
#include "threads.h"
static pid_t child_of_leader;
static int fds[2];
static pthread_mutex_t *mutex;
static void handler(int signo) { (void)signo; }
static void *execs(void *unused) {
  pid_t own = fork();
  if (own == 0) _exit(12);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  pthread_kill(pthread_self(), SIGUSR1);
  pthread_mutex_lock(mutex);
  char numbers[4][16];
  int values[4] = {child_of_leader, own, fds[0], fds[1]};
  for (int i = 0; i < 4; i++) snprintf(numbers[i], 16, "%d", values[i]);
  execl("/proc/self/exe", "guest", numbers[0], numbers[1], numbers[2], numbers[3], (char *)0);
  return unused;
}
static void second(char **argv) {
  reap("child of the first thread", atoi(argv[1]));
  reap("child of the calling thread", atoi(argv[2]));
  sigset_t set, pending;
  sigprocmask(SIG_BLOCK, 0, &set);
  sigpending(&pending);
  say("blocked %d, pending %d", sigismember(&set, SIGUSR1), sigismember(&pending, SIGUSR1));
  struct sigaction one, two;
  sigaction(SIGUSR1, 0, &one);
  sigaction(SIGUSR2, 0, &two);
  say("handler %s, ignored %s", one.sa_handler == SIG_DFL ? "gone" : "kept", two.sa_handler == SIG_IGN ? "kept" : "gone");
  say("descriptor %s, close-on-exec %s", result(fcntl(atoi(argv[3]), F_GETFD)), result(fcntl(atoi(argv[4]), F_GETFD)));
  exit(4);
}
int main(int argc, char **argv) {
  if (argc > 4) second(argv);
  if (argc > 1) return 8;
  mutex = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(mutex, &attr);
  pid_t pid = fork();
  if (pid == 0) {
    pipe(fds);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    signal(SIGUSR1, handler);
    signal(SIGUSR2, SIG_IGN);
    child_of_leader = fork();
    if (child_of_leader == 0) _exit(11);
    pthread_join(start(execs, 0), 0);
  }
  reap("process", pid);
  say("another thread's lock: %s", strerrorname_np(pthread_mutex_trylock(mutex)));
  pthread_mutex_init(mutex, &attr);
  pid = fork();
  if (pid == 0) {
    pthread_mutex_lock(mutex);
    execl("/proc/self/exe", "guest", "end", (char *)0);
  }
  reap("process", pid);
  say("the first thread's lock: %s", strerrorname_np(pthread_mutex_trylock(mutex)));
  return 0;
}
