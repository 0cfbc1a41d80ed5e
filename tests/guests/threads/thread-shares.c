/* Threads share memory, descriptors, working directory, umask, handlers, limits and process group; each has its mask, its alternate stack and its errno. */
#include "threads.h"
static int fd = -1;
static char *memory;
static void handler(int signo) { (void)signo; }
static void *run(void *unused) {
  (void)unused;
  fd = open("/dev/null", O_RDWR);
  memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *memory = 42;
  chdir("/dev");
  umask(027);
  signal(SIGUSR1, handler);
  struct rlimit limit = {100, 200};
  setrlimit(RLIMIT_NOFILE, &limit);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, 0);
  errno = EBUSY;
  return 0;
}
int main(void) {
  errno = EPERM;
  pthread_join(start(run, 0), 0);
  say("errno %s", strerrorname_np(errno));
  say("byte %d, descriptor %s", *memory, result(fcntl(fd, F_GETFD)));
  char cwd[64];
  say("cwd %s, umask %o", getcwd(cwd, sizeof cwd), umask(0));
  struct sigaction action;
  sigaction(SIGUSR1, 0, &action);
  say("handler %d", action.sa_handler == handler);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  say("limit %d %d", (int)limit.rlim_cur, (int)limit.rlim_max);
  sigset_t set;
  pthread_sigmask(SIG_BLOCK, 0, &set);
  say("blocked %d", sigismember(&set, SIGUSR2));
  stack_t stack;
  sigaltstack(0, &stack);
  say("alternate stack %s", stack.ss_flags & SS_DISABLE ? "off" : "on");
  return 0;
}
