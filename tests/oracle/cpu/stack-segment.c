/* Which signal ends a program whose stack pointer is no canonical address, instruction by instruction. x86-64 only. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define BAD "0x4000000000000000"
#define TRY(name, ...)                                                          \
  do {                                                                          \
    fflush(stdout);                                                             \
    pid_t child = fork();                                                       \
    if (child == 0) {                                                           \
      __asm__ volatile("movabs $" BAD ",%%rax\n" __VA_ARGS__ ::: "memory");     \
      _exit(0);                                                                 \
    }                                                                           \
    int status;                                                                 \
    waitpid(child, &status, 0);                                                 \
    printf("%s: signal %d\n", name, WIFSIGNALED(status) ? WTERMSIG(status) : 0); \
  } while (0)

int main(void) {
  TRY("push", "mov %%rax,%%rsp\n push %%rax");
  TRY("push imm", "mov %%rax,%%rsp\n push $1");
  TRY("pushw", "mov %%rax,%%rsp\n pushw $1");
  TRY("pushf", "mov %%rax,%%rsp\n pushf");
  TRY("push fs", "mov %%rax,%%rsp\n push %%fs");
  TRY("call", "mov %%rax,%%rsp\n call 1f\n1:");
  TRY("call reg", "mov %%rax,%%rsp\n lea 1f(%%rip),%%rdx\n call *%%rdx\n1:");
  TRY("pop", "mov %%rax,%%rsp\n pop %%rdx");
  TRY("popf", "mov %%rax,%%rsp\n popf");
  TRY("ret", "mov %%rax,%%rsp\n ret");
  TRY("leave", "mov %%rax,%%rbp\n leave");
  TRY("load by rsp", "mov %%rax,%%rsp\n mov (%%rsp),%%rdx");
  TRY("load by es:rsp", "mov %%rax,%%rsp\n mov %%es:(%%rsp),%%edx");
  TRY("load by cs:rsp", "mov %%rax,%%rsp\n mov %%cs:(%%rsp),%%edx");
  TRY("load by ds:rsp", "mov %%rax,%%rsp\n .byte 0x3e\n mov (%%rsp),%%edx");
  TRY("load by rbp", "mov %%rax,%%rbp\n mov (%%rbp),%%rdx");
  TRY("load by rax", "mov (%%rax),%%rdx");
  TRY("store by rsp", "mov %%rax,%%rsp\n mov %%rdx,8(%%rsp)");
  TRY("store by rax", "mov %%rdx,(%%rax)");
  TRY("push of memory", "push (%%rax)");
  return 0;
}
