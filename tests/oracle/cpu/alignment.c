/* ARM: accesses that want an alignment, at addresses without. Linux 6.1, arch/arm/mm/alignment.c, fixes up integer ones only. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static sigjmp_buf back;
static volatile int signo, code;
static void *volatile at;
static _Alignas(64) char memory[128];

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)context;
    signo = number;
    code = info->si_code;
    at = info->si_addr;
    siglongjmp(back, 1);
}

#define TRY(name, offset, text)                                                                                        \
    do {                                                                                                               \
        if (sigsetjmp(back, 1) == 0) {                                                                                 \
            __asm__ volatile(".fpu neon\n" text ::"r"(memory + (offset)) : "memory", "d0", "d1", "d2", "d3", "r4", "r5");          \
            printf("%s +%d done\n", name, offset);                                                                     \
        } else {                                                                                                       \
            printf("%s +%d signal %d code %d at +%d\n", name, offset, signo, code, (int)((char *)at - memory));        \
        }                                                                                                              \
    } while (0)

int main(void)
{
    struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
    static const int offsets[] = { 0, 1, 2, 4, 8, 16 };

    sigaction(SIGBUS, &action, NULL);
    for (int i = 0; i < 6; i++) {
        int offset = offsets[i];

        TRY("vldr s", offset, "vldr s0, [%0]");
        TRY("vldr d", offset, "vldr d0, [%0]");
        TRY("vstr d", offset, "vstr d0, [%0]");
        TRY("vldm", offset, "vldm %0, {d0-d1}");
        TRY("vstm", offset, "vstm %0, {s0-s1}");
        TRY("vld1", offset, "vld1.8 {d0}, [%0]");
        TRY("vld1 :64", offset, "vld1.8 {d0}, [%0:64]");
        TRY("vst1 :128", offset, "vst1.8 {d0-d1}, [%0:128]");
        TRY("vld1 :256", offset, "vld1.8 {d0-d3}, [%0:256]");
        TRY("vld1 lane :32", offset, "vld1.32 {d0[0]}, [%0:32]");
        TRY("vld2 all :32", offset, "vld2.16 {d0[],d1[]}, [%0:32]");
        TRY("vld4 lane :128", offset, "vld4.32 {d0[0],d1[0],d2[0],d3[0]}, [%0:128]");
        TRY("ldr", offset, "ldr r4, [%0]");
        TRY("ldm", offset, "ldm %0, {r4, r5}");
    }
    return 0;
}
