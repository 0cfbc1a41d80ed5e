/* personality returns the old one and -1 only asks */
#include "guest.h"
#include <sys/personality.h>
int main(void) {
  say("%x", personality(0xffffffff));
  say("%x", personality(ADDR_NO_RANDOMIZE));
  say("%x", personality(0xffffffff));
  pid_t child = fork();
  if (child == 0) {
    say("child: %x", personality(0xffffffff));
    _exit(0);
  }
  reap("child", child);
}
