/* Makes execve calls with bad and with large arguments and prints what each says; what succeeds prints its argc. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, MAX_STRING = 32 * PAGE };

static const char *self;
static char *none[] = {NULL};

static void attempt(const char *what, const char *path, char **argv, char **envp) {
  printf("%s: ", what);
  fflush(stdout);
  if (fork() == 0) {
    syscall(SYS_execve, path, argv, envp);
    puts(strerrorname_np(errno));
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  wait(&status);
  if (status != 0) printf("status %#x\n", status);
  fflush(stdout);
}

/* A string of this many bytes with its NUL. */
static char *string(size_t bytes) {
  char *text = malloc(bytes);
  memset(text, 'x', bytes - 1);
  text[bytes - 1] = '\0';
  return text;
}

/* A table of `count` times `text`. */
static char **table(size_t count, char *text) {
  char **list = malloc((count + 1) * sizeof *list);
  for (size_t i = 0; i < count; i++) list[i] = text;
  list[count] = NULL;
  return list;
}

/* Two pages of which the second one is not there: the address of the end of the first. */
static char *edge(void) {
  char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + PAGE, PAGE);
  memset(pages, 'x', PAGE);
  return pages + PAGE;
}

static void badPointers(void) {
  char *end = edge();
  char **cut = (char **)edge() - 1;
  *cut = (char *)self;
  char *bad[] = {(char *)1, NULL}, *late[] = {(char *)self, end - 4, NULL}, *kernel[] = {(char *)-PAGE, NULL};
  char *one[] = {(char *)self, NULL};
  attempt("path NULL", NULL, one, none);
  attempt("path 1", (char *)1, one, none);
  attempt("path cut", end - 4, one, none);
  attempt("path empty", "", one, none);
  attempt("path of 4095 bytes", string(4095), one, none);
  attempt("path of 4096 bytes", string(4096), one, none);
  attempt("path of 4097 bytes", string(4097), one, none);
  attempt("path below a file", "/proc/self/exe/x", one, none);
  attempt("argv 1", self, (char **)1, none);
  attempt("argv cut", self, cut, none);
  attempt("argv[0] 1", self, bad, none);
  attempt("argv[1] cut", self, late, none);
  attempt("argv[0] of the kernel", self, kernel, none);
  attempt("envp 1", self, one, (char **)1);
  attempt("envp cut", self, one, cut);
  attempt("envp[0] 1", self, one, bad);
}

static void empty(void) {
  char *one[] = {(char *)"", NULL};
  attempt("argv NULL", self, NULL, none);
  attempt("argv empty", self, none, none);
  attempt("argv NULL, envp NULL", self, NULL, NULL);
  attempt("argv of an empty string", self, one, NULL);
  attempt("envp of empty strings", self, one, table(3, ""));
}

/* The largest `n` of [low, high] for which `fits(n)` says that execve takes it. */
static size_t largest(size_t low, size_t high, int (*fits)(size_t)) {
  while (low < high) {
    size_t middle = low + (high - low + 1) / 2;
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/* Whether execve of a file that is no program gets as far as finding that out. */
static int taken(char **argv, char **envp) {
  syscall(SYS_execve, "./text", argv, envp);
  return errno == ENOEXEC;
}

static char *filler[MAX_STRING];

static int oneString(size_t bytes) {
  char *argv[] = {string(bytes + 1), NULL};
  int fits = taken(argv, none);
  free(argv[0]);
  return fits;
}

static int manyEmpty(size_t count) {
  char **argv = table(count, "");
  int fits = taken(argv, none);
  free(argv);
  return fits;
}

static int manyLong(size_t bytes) {
  char *rest = string(bytes % MAX_STRING + 1);
  char **argv = table(bytes / MAX_STRING + 1, filler[0]);
  argv[bytes / MAX_STRING] = rest;
  int fits = taken(none, argv);
  free(rest);
  free(argv);
  return fits;
}

static void large(void) {
  filler[0] = string(MAX_STRING);
  size_t limits[] = {64 << 10, 100000, 1 << 20, 64 << 20};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit stack = {limits[i], RLIM_INFINITY};
    setrlimit(RLIMIT_STACK, &stack);
    /* A quarter of the limit, at least 128 KiB, at most 6 MiB, and never more than the stack. */
    size_t room = limits[i] / 4 < 128 << 10 ? 128 << 10 : limits[i] / 4 > 6 << 20 ? 6 << 20 : limits[i] / 4;
    size_t most = room < limits[i] ? room : limits[i];
    size_t longest = most < MAX_STRING ? most : MAX_STRING, empty = room / 9;
    printf("stack %zu: a string of %zu", limits[i], largest(longest - PAGE, longest + PAGE, oneString));
    if (i < 2) printf(", %zu empty ones", largest(empty - 64, empty + 64, manyEmpty));
    printf(", %zu bytes of environment\n", largest(most - 1000, most + 24, manyLong));
  }
}

int main(int argc, char **argv, char **envp) {
  if (getenv("DRIVER") == NULL) {
    int count = 0;
    while (envp[count]) count++;
    printf("runs, argc %d, argv[0] '%.20s', envc %d\n", argc, argv[0], count);
    return 0;
  }
  self = argv[1];
  badPointers();
  empty();
  large();
  return 0;
}
