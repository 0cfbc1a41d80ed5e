/* A semaphore eventfd gives one to each read */
#include "guest.h"
#include <sys/eventfd.h>
#include <stdint.h>
int main(void) {
  int fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  uint64_t value;
  for (int i = 0; i < 3; i++) {
    int n = read(fd, &value, 8);
    say("read %d: %d, %d", i, n, n > 0 ? (int)value : -errno);
  }
}
