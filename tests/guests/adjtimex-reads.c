/* adjtimex reads the clock's state for anybody and changes nothing for nobody */
#include "guest.h"
#include <sys/timex.h>
int main(void) {
  setgid(1234);
  setuid(1234);
  struct timex t = {.modes = 0};
  int state = adjtimex(&t);
  say("state known: %d, tick sane %d, time %d", state >= 0 && state <= 5, t.tick >= 9000 && t.tick <= 11000, t.time.tv_sec > 1000000000);
  t.modes = ADJ_FREQUENCY;
  TRY("change", adjtimex(&t));
  TRY("bad", syscall(SYS_adjtimex, 8));
  t.modes = 0;
  TRY("monotonic", syscall(SYS_clock_adjtime, 1, &t));
}
