/* Runs raw system calls read from standard input, one a line, and prints what they leave; argv[1] becomes the root.
 *   D        a fresh directory becomes the working directory; descriptors from 3 on are closed
 *   C NR ARG...   ARG: a decimal number, s:TEXT (%XX for any byte), o:N (a buffer of N bytes, 0xaa)
 * A result line is the result (negative errno) and each buffer in hexadecimal. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char arena[1 << 20];
static char line[1 << 18];
static char lines_out[1 << 18];

int main(int argc, char **argv) {
  int directories = 0;
  /* No call reaches the machine's own files. */
  if (argc < 2 || chdir(argv[1]) != 0 || chroot(".") != 0) return 1;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  setvbuf(stdout, lines_out, _IOFBF, sizeof lines_out);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (line[0] == 'D') {
      char name[300];
      for (int fd = 3; fd < 64; fd++) close(fd);
      syscall(SYS_setfsuid, 0);
      syscall(SYS_setfsgid, 0);
      umask(022);
      snprintf(name, sizeof name, "/d%d", directories++);
      if (mkdir(name, 0755) != 0 || chdir(name) != 0) return 2;
      continue;
    }
    long args[6] = {0}, number = 0;
    char *out[6];
    size_t out_bytes[6];
    int outs = 0, index = -1;
    char *at = arena;
    for (char *token = strtok(line + 2, " "); token; token = strtok(NULL, " "), index++) {
      long value;
      if (token[0] == 's') {
        value = (long)at;
        for (char *p = token + 2; *p; p++) {
          if (*p == '%') {
            char hex[3] = {p[1], p[2], 0};
            *at++ = (char)strtol(hex, NULL, 16);
            p += 2;
          } else *at++ = *p;
        }
        *at++ = 0;
      } else if (token[0] == 'o') {
        out_bytes[outs] = (size_t)atol(token + 2);
        memset(at, 0xaa, out_bytes[outs]);
        value = (long)at;
        out[outs] = at;
        at += out_bytes[outs++];
      } else value = atol(token);
      at = arena + ((at - arena + 15) & ~15L);
      if (index < 0) number = value;
      else args[index] = value;
    }
    long result = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
    printf("%ld", result == -1 ? (long)-errno : result);
    for (int i = 0; i < outs; i++) {
      putchar(' ');
      for (size_t j = 0; j < out_bytes[i]; j++) printf("%02x", (unsigned char)out[i][j]);
    }
    putchar('\n');
  }
  return 0;
}
