/* An eventfd adds up what is written and gives it all to one read */
#include "guest.h"
#include <sys/eventfd.h>
#include <stdint.h>
static volatile unsigned long bad_address = 8;
int main(void) {
  int fd = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);
  uint64_t value = 4;
  say("write: %d", (int)write(fd, &value, 8));
  {
    long r0 = (long)read(fd, &value, 8);
    say("read: %d, %llu", (int)r0, (unsigned long long)value);
  }
  TRY("again", read(fd, &value, 8));
  TRY("short read", read(fd, &value, 7));
  TRY("short write", write(fd, &value, 7));
  value = -1;
  TRY("all ones", write(fd, &value, 8));
  value = -2;
  say("highest: %d", (int)write(fd, &value, 8));
  value = 1;
  TRY("one more", write(fd, &value, 8));
  {
    long r0 = (long)read(fd, &value, 8);
    say("read: %d, %llx", (int)r0, (unsigned long long)value);
  }
  {
    long r0 = (long)fcntl(fd, F_GETFL) & 0xfff;
    long r1 = (long)fcntl(fd, F_GETFD);
    say("flags: %x, cloexec %d", (int)r0, (int)r1);
  }
  TRY("bad address", write(fd, (void *)bad_address, 8));
  TRY("unknown flag", eventfd(0, 0x10));
  TRY("lseek", lseek(fd, 0, SEEK_SET));
  struct stat st;
  {
    long r0 = (long)fstat(fd, &st);
    say("fstat: %d, mode %o, size %d", (int)r0, (int)st.st_mode, (int)st.st_size);
  }
  char link[64];
  int n = readlink("/proc/self/fd/3", link, 63);
  link[n > 0 ? n : 0] = 0;
  say("%s", link);
}
