/* posix_spawn tells what went wrong in the child: no such file, no permission, no program, a bad descriptor; several threads may spawn at once. */
#include "threads.h"
#include <spawn.h>
static char *arguments[] = {"guest", "spawned", 0}, *environment[] = {0};
static void spawn(const char *what, const char *path, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr) {
  pid_t pid = -1;
  int error = posix_spawn(&pid, path, actions, attr, arguments, environment);
  if (error) say("%s: %s", what, strerrorname_np(error));
  else reap(what, pid);
}
static void *spawns(void *unused) {
  for (int i = 0; i < 3; i++) {
    pid_t pid;
    int status = 0;
    if (posix_spawn(&pid, "/proc/self/exe", 0, 0, arguments, environment) != 0) return unused;
    if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 21) return unused;
  }
  return (void *)1;
}
int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) return 21;
  spawn("good", "/proc/self/exe", 0, 0);
  spawn("missing", "/none", 0, 0);
  spawn("a directory", "/dev", 0, 0);
  spawn("not executable", "/proc/self/stat", 0, 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, 77, 1);
  spawn("bad descriptor", "/proc/self/exe", &actions, 0);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 3, "/none", O_RDONLY, 0);
  spawn("missing file to open", "/proc/self/exe", &actions, 0);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclose(&actions, 0);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  spawn("closed and opened", "/proc/self/exe", &actions, 0);
  posix_spawnattr_t attr;
  posix_spawnattr_init(&attr);
  posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attr, NOBODY);
  spawn("no such group", "/proc/self/exe", 0, &attr);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) threads[i] = start(spawns, 0);
  int good = 0;
  for (int i = 0; i < 4; i++) {
    void *value;
    pthread_join(threads[i], &value);
    good += value != 0;
  }
  say("threads that spawned: %d", good);
  int status;
  say("nothing left: %s", result(waitpid(-1, &status, 0)));
  return 0;
}
