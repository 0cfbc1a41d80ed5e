/*
 * Runs short sequences of x86 code on the real CPU, one instruction at a time under ptrace(2), and writes the state after
 * each. Jobs come in on descriptor 0, one after the other, results go out on descriptor 1; tests/lockstep/native.ts has
 * the same layouts. With the argument "i386" the code runs in a 32-bit segment of the same process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asm/ldt.h>
#include <asm/ptrace-abi.h>

/* Where the pages of a sequence lie: code, then read-write data, one read-only page, and the stack. */
enum { PAGE = 4096, CODE_PAGES = 2, DATA_PAGES = 2, RO_PAGES = 1, STACK_PAGES = 2 };
#define CODE 0x10000000ul
#define DATA 0x20000000ul
#define RO (DATA + DATA_PAGES * PAGE)
#define STACK 0x30000000ul
enum { MEMORY_PAGES = DATA_PAGES + RO_PAGES + STACK_PAGES, MEMORY_WORDS = MEMORY_PAGES * PAGE / 4 };
enum { NR_PALETTE = 64 };

enum { ASK_FPU = 1 };
struct job {
    uint32_t flags;
    uint32_t max_steps;
    uint32_t memory_seed;
    uint32_t code_len;
    uint64_t end; /* stop when pc comes here */
    uint64_t code_at;
    struct user_regs_struct regs;
    struct user_fpregs_struct fpu;
};

enum { STEP, SIGNAL, END };
struct record {
    uint32_t kind;
    uint32_t signo;
    uint32_t code;
    uint32_t address[2];
    uint32_t zero;
};

static pid_t child;
static uint8_t *code_view;
static uint32_t *memory_view, initial[MEMORY_WORDS], palette[NR_PALETTE];

static void die(const char *what)
{
    perror(what);
    if (child > 0)
        kill(child, SIGKILL);
    exit(1);
}

static void map(void *at, size_t pages, int prot, int fd, off_t page)
{
    if (mmap(at, pages * PAGE, prot, MAP_SHARED | MAP_FIXED, fd, page * PAGE) == MAP_FAILED)
        die("mmap");
}

/* The kernel writes into this area at every return to user mode, and it is about to go. */
static void forget_rseq(void)
{
    extern const ptrdiff_t __rseq_offset;
    extern const unsigned int __rseq_size;
    if (__rseq_size != 0)
        syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32, 1, 0x53053053);
}

static void start_child(void)
{
    int fd = memfd_create("lockstep", 0);
    if (fd < 0 || ftruncate(fd, (CODE_PAGES + MEMORY_PAGES) * PAGE) != 0)
        die("memfd");
    code_view = mmap(NULL, (CODE_PAGES + MEMORY_PAGES) * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (code_view == MAP_FAILED)
        die("mmap");
    memory_view = (uint32_t *)(code_view + CODE_PAGES * PAGE);
    child = fork();
    if (child < 0)
        die("fork");
    if (child != 0)
        return;
    map((void *)CODE, CODE_PAGES, PROT_READ | PROT_EXEC, fd, 0);
    map((void *)DATA, DATA_PAGES, PROT_READ | PROT_WRITE, fd, CODE_PAGES);
    map((void *)RO, RO_PAGES, PROT_READ, fd, CODE_PAGES + DATA_PAGES);
    map((void *)STACK, STACK_PAGES, PROT_READ | PROT_WRITE, fd, CODE_PAGES + DATA_PAGES + RO_PAGES);
    forget_rseq();
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
        die("PTRACE_TRACEME");
    raise(SIGSTOP);
    _exit(1);
}

static int wait_child(void)
{
    int status;
    if (waitpid(child, &status, __WALL) != child)
        die("waitpid");
    if (!WIFSTOPPED(status)) {
        fprintf(stderr, "lockstep tracer: the tracee is gone, status 0x%x\n", status);
        exit(1);
    }
    return WSTOPSIG(status);
}

static void inject_munmap(unsigned long start, unsigned long end)
{
    struct user_regs_struct regs;
    if (ptrace(PTRACE_GETREGS, child, 0, &regs) != 0)
        die("PTRACE_GETREGS");
    memcpy(code_view, "\x0f\x05", 2);
    regs.rip = CODE;
    regs.rax = SYS_munmap;
    regs.orig_rax = -1;
    regs.rdi = start;
    regs.rsi = end - start;
    if (ptrace(PTRACE_SETREGS, child, 0, &regs) != 0 || ptrace(PTRACE_SINGLESTEP, child, 0, 0) != 0)
        die("munmap of the tracee");
    wait_child();
}

/* All but the pages of the sequence goes, so that a wild access faults as it does in the engine. */
static void strip_child(void)
{
    struct { unsigned long start, end; } maps[64];
    int n = 0;
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)child);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        die(path);
    while (n < 64 && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "%lx-%lx", &maps[n].start, &maps[n].end) == 2)
            n++;
    fclose(file);
    for (int i = 0; i < n; i++) {
        unsigned long at = maps[i].start;
        if (!(at >> 28 >= 1 && at >> 28 <= 3 && maps[i].end < 0x40000000) && at >> 47 == 0)
            inject_munmap(at, maps[i].end);
    }
}

/* Descriptors 12 and 13: data segments at two bases. */
static void set_tls(void)
{
    for (int i = 0; i < 2; i++) {
        struct user_desc desc = {
            .entry_number = 12 + i,
            .base_addr = DATA + 0x800 + i * 0x7f9,
            .limit = 0xfffff,
            .seg_32bit = 1,
            .limit_in_pages = 1,
            .useable = 1,
        };
        if (ptrace(PTRACE_SET_THREAD_AREA, child, (void *)(12l + i), &desc) != 0)
            die("PTRACE_SET_THREAD_AREA");
    }
}

static void read_all(void *into, size_t len)
{
    if (fread(into, 1, len, stdin) != len)
        die("a job ends early");
}

static void put(const void *from, size_t len)
{
    if (fwrite(from, 1, len, stdout) != len)
        die("write");
}

/* fillMemory() of tests/lockstep/memory.ts does the same. */
static void fill_memory(uint32_t state)
{
    for (int i = 0; i < MEMORY_WORDS; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        initial[i] = (state >> 8 & 3) == 0 ? palette[state >> 10 & (NR_PALETTE - 1)] : state;
    }
    memcpy(memory_view, initial, sizeof initial);
}

/* The bytes of the tracee at an address, NULL outside its pages. */
static uint8_t *tracee(uint64_t at)
{
    if (at >= CODE && at < CODE + CODE_PAGES * PAGE)
        return code_view + (at - CODE);
    if (at >= DATA && at < RO + RO_PAGES * PAGE)
        return (uint8_t *)memory_view + (at - DATA);
    if (at >= STACK && at < STACK + STACK_PAGES * PAGE)
        return (uint8_t *)memory_view + (DATA_PAGES + RO_PAGES) * PAGE + (at - STACK);
    return NULL;
}

static bool is_prefix(uint8_t byte, bool is64)
{
    return byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3 || (byte >= 0x64 && byte <= 0x65) ||
           byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x26 || (is64 && byte >> 4 == 4);
}

/* The first opcode byte at pc, -1 where there is none to read. */
static int opcode(uint64_t pc, bool is64)
{
    for (int i = 0; i < 15; i++) {
        const uint8_t *byte = tracee(pc + i);
        if (byte == NULL)
            return -1;
        if (!is_prefix(*byte, is64))
            return *byte;
    }
    return -1;
}

/* TF is what single-stepping itself uses: stop in front of a popf that sets it. */
static bool refused(int op, const struct user_regs_struct *regs)
{
    if (op != 0x9d)
        return false;
    const uint8_t *byte = tracee(regs->rsp + 1);
    return byte != NULL && (*byte & 1) != 0;
}

static void put_state(const struct record *record, const struct user_regs_struct *regs, bool fpu)
{
    put(record, sizeof *record);
    put(regs, sizeof *regs);
    if (fpu) {
        struct user_fpregs_struct image;
        if (ptrace(PTRACE_GETFPREGS, child, 0, &image) != 0)
            die("PTRACE_GETFPREGS");
        put(&image, sizeof image);
    }
}

static void put_memory(void)
{
    uint32_t n = 0;
    for (int i = 0; i < MEMORY_WORDS; i++)
        n += memory_view[i] != initial[i];
    put(&n, 4);
    for (uint32_t i = 0; i < MEMORY_WORDS; i++)
        if (memory_view[i] != initial[i]) {
            put(&i, 4);
            put(&memory_view[i], 4);
        }
}

/* True while the sequence goes on. */
static bool step(const struct job *job, struct user_regs_struct *regs, bool is64)
{
    struct record record = { .kind = STEP };
    int op = opcode(regs->rip, is64);
    if (regs->rip == job->end || refused(op, regs))
        return false;
    if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) != 0)
        die("PTRACE_SINGLESTEP");
    int signo = wait_child();
    if (ptrace(PTRACE_GETREGS, child, 0, regs) != 0)
        die("PTRACE_GETREGS");
    if (signo != SIGTRAP || op == 0xcc || op == 0xcd || op == 0xf1 || op == 0xce) {
        siginfo_t info;
        if (ptrace(PTRACE_GETSIGINFO, child, 0, &info) != 0)
            die("PTRACE_GETSIGINFO");
        if (signo != SIGTRAP || info.si_code != TRAP_TRACE) {
            uint64_t address = signo == SIGTRAP ? 0 : (uint64_t)info.si_addr;
            record = (struct record){ SIGNAL, signo, info.si_code, { address, address >> 32 }, 0 };
        }
    }
    if (op == 0x9c && record.kind == STEP) {
        uint8_t *pushed = tracee(regs->rsp + 1);
        if (pushed != NULL)
            *pushed &= ~1; /* the TF of single-stepping itself */
    }
    put_state(&record, regs, job->flags & ASK_FPU);
    return record.kind == STEP;
}

static void run(struct job *job, bool is64)
{
    struct user_regs_struct regs = job->regs;
    memset(code_view, 0xcc, CODE_PAGES * PAGE);
    read_all(code_view + (job->code_at - CODE), job->code_len);
    fill_memory(job->memory_seed);
    regs.orig_rax = -1;
    if (ptrace(PTRACE_SETREGS, child, 0, &regs) != 0 || ptrace(PTRACE_SETFPREGS, child, 0, &job->fpu) != 0)
        die("start registers");
    for (uint32_t i = 0; i < job->max_steps && step(job, &regs, is64); i++)
        ;
    put(&(struct record){ .kind = END }, sizeof(struct record));
    put_memory();
}

int main(int argc, char **argv)
{
    bool is64 = !(argc > 1 && strcmp(argv[1], "i386") == 0);
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(sched_getcpu(), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus); /* tracer and tracee take turns */
    start_child();
    wait_child();
    strip_child();
    set_tls();
    read_all(palette, sizeof palette);
    struct job job;
    while (fread(&job, sizeof job, 1, stdin) == 1)
        run(&job, is64);
    kill(child, SIGKILL);
    return 0;
}
