/* process_vm_readv and process_vm_writev reach into another process */
#include "guest.h"
#include <sys/uio.h>
static char text[] = "hello world";
int main(void) {
  int gate[2], ready[2];
  pipe(gate);
  pipe(ready);
  char *hole = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(hole + 4096, 4096);
  strcpy(hole + 4090, "abcde");
  pid_t child = fork();
  if (child == 0) {
    text[0] = 'J';
    char c;
    write(ready[1], "", 1);
    read(gate[0], &c, 1);
    say("child has: %s", text);
    _exit(0);
  }
  char has_begun;
  read(ready[0], &has_begun, 1);
  char a[5] = "", b[8] = "";
  struct iovec local[2] = {{a, 3}, {b, 7}}, remote[1] = {{text, 11}};
  TRY("read", process_vm_readv(child, local, 2, remote, 1, 0));
  say("%s|%s", a[0] == 'J' || a[0] == 'h' ? a + 1 : "?", b);
  struct iovec from = {"HELLO", 5}, to = {text, 5};
  TRY("write", process_vm_writev(child, &from, 1, &to, 1, 0));
  char big[100];
  struct iovec l = {big, 20}, r = {hole + 4090, 20};
  TRY("to the end of the page", process_vm_readv(child, &l, 1, &r, 1, 0));
  r.iov_base = hole + 4096;
  TRY("unmapped", process_vm_readv(child, &l, 1, &r, 1, 0));
  TRY("flags", process_vm_readv(child, &l, 1, &r, 1, 1));
  TRY("nobody", process_vm_readv(NOBODY, &l, 1, &r, 1, 0));
  TRY("too many", process_vm_readv(child, &l, 2000, &r, 1, 0));
  TRY("none", process_vm_readv(child, &l, 0, &r, 1, 0));
  write(gate[1], "", 1);
  reap("child", child);
}
