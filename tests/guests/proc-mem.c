/* /proc/PID/mem is the memory of a process, read-only pages included, for whoever may trace it; what was open before an execve is empty behind it */
#define _FILE_OFFSET_BITS 64
#include "guest.h"
static const volatile char constant[4096] __attribute__((aligned(4096))) = "constant";
static char text[] = "variable", bytes[16];
static void *volatile nowhere = (void *)64;
static int opened(pid_t pid, int flags) {
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
  return open(path, flags);
}
static off_t at(const volatile void *address) { return (off_t)(unsigned long)address; }
static void of_a_child(int fd) {
  TRY("pread", pread(fd, bytes, 8, at(text)));
  say("%s", bytes);
  TRY("pwrite", pwrite(fd, "VARIABLE", 8, at(text)));
  say("here it is %s", text);
  TRY("lseek", lseek(fd, at(constant), SEEK_SET) == at(constant));
  TRY("read", read(fd, bytes, 8));
  say("%s, at %d", bytes, (int)(lseek(fd, 0, SEEK_CUR) - at(constant)));
  TRY("where nothing is", pread(fd, bytes, 8, 64));
  TRY("into where nothing is", pread(fd, nowhere, 8, at(text)));
  TRY("from where nothing is", pwrite(fd, nowhere, 8, at(text)));
  TRY("nothing of nowhere", pread(fd, bytes, 0, 64));
}
static void of_oneself(int fd) {
  char *pages = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  TRY("up to the end of a mapping", pread(fd, bytes, 16, at(pages + 4090)));
  TRY("a write to a constant", pwrite(fd, "CON", 3, at(constant)));
  say("it begins with %c%c%c%c", constant[0], constant[1], constant[2], constant[3]);
}
int main(int argc, char **argv) {
  if (argc > 1) {
    TRY("read behind execve", pread(atoi(argv[1]), bytes, 1, at(text)));
    return 0;
  }
  int go[2];
  if (pipe(go) != 0) return 99;
  pid_t child = fork();
  if (child == 0) {
    close(go[1]);
    if (read(go[0], bytes, 1) != 0) _exit(98);
    say("the child has %s", text);
    _exit(0);
  }
  int fd = opened(child, O_RDWR);
  of_a_child(fd);
  close(go[1]);
  reap("child", child);
  TRY("of one that is gone", pread(fd, bytes, 8, at(text)));
  of_oneself(opened(getpid(), O_RDWR));
  int reader = opened(getpid(), O_RDONLY);
  TRY("write to a reader", pwrite(reader, bytes, 1, at(text)));
  char number[12], *again[] = {"guest", number, 0};
  snprintf(number, sizeof number, "%d", reader);
  execv("/proc/self/exe", again);
  return 1;
}
