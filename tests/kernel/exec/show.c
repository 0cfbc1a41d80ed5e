/* Prints what exec has given it: arguments, environment, name, AT_EXECFN, and how the stack lies. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

int main(int argc, char **argv, char **envp) {
  char comm[16];
  prctl(PR_GET_NAME, comm);
  printf("comm <%s> execfn <%s> argc %d", comm, (char *)getauxval(AT_EXECFN), argc);
  for (int i = 0; i < argc; i++) printf(" <%s>", argv[i]);
  printf(" envp");
  for (char **e = envp; *e; e++) printf(" <%s>", *e);
  printf(" argv %% 16 = %d, null %d", (int)((unsigned long)argv % 16), argv[argc] == NULL);
  printf(" contiguous %d\n", argc == 0 || argv[0] + strlen(argv[0]) + 1 == (argc > 1 ? argv[1] : envp[0]));
  if (argc < 2 || strcmp(argv[1], "auxv") != 0) return 0;

  while (*envp) envp++;
  for (unsigned long *entry = (unsigned long *)(envp + 1);; entry += 2) {
    printf("auxv %lu %#lx\n", entry[0], entry[1]);
    if (entry[0] == AT_NULL) break;
  }
  printf("argv %p\n", (void *)argv);
  return 0;
}
