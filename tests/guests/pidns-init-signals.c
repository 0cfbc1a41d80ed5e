/* A pid namespace's init takes from within only the signals that it handles, from above SIGKILL and SIGSTOP too */
#include "guest.h"
static volatile int handled;
static void on_signal(int signo) { handled = signo; }
int main(void) {
  int up[2];
  char byte;
  pipe(up);
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART}, 0);
    TRY("to itself: SIGKILL", kill(1, SIGKILL));
    TRY("to itself: SIGTERM", kill(getpid(), SIGTERM));
    TRY("to itself: SIGSTOP", raise(SIGSTOP));
    TRY("to itself: SIGSEGV", raise(SIGSEGV));
    pid_t child = fork();
    if (child == 0) {
      TRY("child: SIGKILL", kill(1, SIGKILL));
      TRY("child: SIGSTOP", kill(1, SIGSTOP));
      TRY("child: SIGINT", kill(1, SIGINT));
      TRY("child: SIGUSR1", kill(1, SIGUSR1));
      TRY("child: all but init and itself", getppid() == 1 ? syscall(SYS_kill, -1, SIGKILL) : 0);
      _exit(0);
    }
    reap("child", child);
    say("handled: %d", handled);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, 0);
    kill(1, SIGTERM);
    sigset_t pending;
    sigpending(&pending);
    say("blocked and pending: %d", sigismember(&pending, SIGTERM));
    sigprocmask(SIG_UNBLOCK, &set, 0);
    say("unblocked, and alive");
    write(up[1], "", 1);
    for (;;) pause();
  }
  int status;
  read(up[0], &byte, 1);
  kill(init, SIGTERM);
  let_others_run();
  say("from above: SIGTERM does nothing: %d", waitpid(init, &status, WNOHANG));
  kill(init, SIGSTOP);
  say("from above: SIGSTOP stops: %d", waitpid(init, &status, WUNTRACED) == init && WIFSTOPPED(status));
  kill(init, SIGCONT);
  kill(init, SIGKILL);
  reap("from above: SIGKILL", init);
}
