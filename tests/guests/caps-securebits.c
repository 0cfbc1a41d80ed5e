/* Secure bits are set with CAP_SETPCAP, and a locked one stays */
#include "caps.h"
int main(void) {
  TRY("get", prctl(PR_GET_SECUREBITS));
  TRY("unknown bit", prctl(PR_SET_SECUREBITS, 0x10000));
  TRY("set", prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_KEEP_CAPS | SECBIT_KEEP_CAPS_LOCKED));
  TRY("get", prctl(PR_GET_SECUREBITS));
  TRY("keepcaps is locked", prctl(PR_SET_KEEPCAPS, 0));
  TRY("unlock", prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_KEEP_CAPS));
  TRY("change the locked", prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_KEEP_CAPS_LOCKED));
  TRY("change another", prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_KEEP_CAPS_LOCKED));
  TRY("get", prctl(PR_GET_SECUREBITS));
  set_caps(BIT(CAP_KILL), BIT(CAP_KILL), 0);
  TRY("without CAP_SETPCAP", prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NOROOT));
}
