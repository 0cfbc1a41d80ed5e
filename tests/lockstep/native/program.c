/*
 * Runs a program on the real CPU, one instruction at a time under ptrace(2), and writes what happens to descriptor 1:
 * the registers after each instruction, and in front of and behind everything that the kernel does, memory.
 * tests/lockstep/program/stream.ts has the same layouts.
 *
 *     program MAX_STEPS SYNC_EVERY OUTPUT CPUID HWCAP HWCAP2 PATH ARGV0 [ARGS...]
 *
 * Memory is written every SYNC_EVERY instructions. The program's descriptors 1 and 2 are the file OUTPUT. CPUID is a list of rows of six hexadecimal numbers, leaf, subleaf
 * (ffffffff for any), eax, ebx, ecx, edx: cpuid answers them, and 0 where there is no row. The auxiliary vector has these
 * hwcaps and no vDSO. Children of the program run on their own.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asm/ldt.h>
#include <asm/ptrace-abi.h>

enum { PAGE = 4096, MAX_CPUID = 64, REGS = 27, HAS_FPU = 1u << 31 };
enum { WHO_PROGRAM, WHO_KERNEL };
enum { PROT_R = 1, PROT_W = 2, PROT_X = 4 };

/* Kinds of records. PAGE: who, address, 4096 bytes. MAP and UNMAP: prot, start, end. */
enum { STEP = 1, PAGE_IS, MAP, UNMAP, SYNC, KERNEL, END };
/* What the kernel did, or the CPU as nobody can foresee: the engine takes it over. */
enum { START, SYSCALL, UNFORESEEN, SIGNAL };

struct mapping {
    uint64_t start, end;
    int prot;
    char id[64]; /* offset, device, inode */
    uint8_t *copy;
};
struct mappings {
    struct mapping *all;
    size_t n;
};

static pid_t child;
static struct mappings known;
static struct { uint32_t leaf, subleaf, regs[4]; } cpuid_rows[MAX_CPUID];
static int nr_cpuid_rows;
static uint64_t sync_every, hwcap, hwcap2;
static struct user_regs_struct regs;
static struct user_fpregs_struct fpu;

static void die(const char *what)
{
    fprintf(stderr, "program tracer: %s: %s\n", what, strerror(errno));
    if (child > 0)
        kill(child, SIGKILL);
    exit(1);
}

static void put(const void *from, size_t len)
{
    if (fwrite(from, 1, len, stdout) != len)
        die("write");
}

static void put_record(uint32_t kind, uint32_t arg, uint64_t a, uint64_t b)
{
    uint32_t head[] = { kind, arg, a, a >> 32, b, b >> 32 };
    put(head, sizeof head);
}

static bool peek(uint64_t at, void *into, size_t len)
{
    struct iovec here = { into, len }, there = { (void *)at, len };
    return process_vm_readv(child, &here, 1, &there, 1, 0) == (ssize_t)len;
}

static void poke(uint64_t at, const void *from, size_t len)
{
    struct iovec here = { (void *)from, len }, there = { (void *)at, len };
    if (process_vm_writev(child, &here, 1, &there, 1, 0) != (ssize_t)len)
        die("process_vm_writev");
}

static void get_regs(void)
{
    if (ptrace(PTRACE_GETREGS, child, 0, &regs) != 0)
        die("PTRACE_GETREGS");
}

static void set_regs(void)
{
    if (ptrace(PTRACE_SETREGS, child, 0, &regs) != 0)
        die("PTRACE_SETREGS");
}

static void get_fpu(struct user_fpregs_struct *into)
{
    if (ptrace(PTRACE_GETFPREGS, child, 0, into) != 0)
        die("PTRACE_GETFPREGS");
}

static struct mapping *find(const struct mappings *in, uint64_t at)
{
    size_t low = 0, high = in->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (at < in->all[middle].start)
            high = middle;
        else if (at >= in->all[middle].end)
            low = middle + 1;
        else
            return &in->all[middle];
    }
    return NULL;
}

/* The mappings that programs can read, without contents. The data of the vDSO is the kernel's. */
static struct mappings read_maps(void)
{
    struct mappings maps = { NULL, 0 };
    char path[64], line[4200];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)child);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        die(path);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long start, end;
        char r, w, x, id[64];
        if (sscanf(line, "%lx-%lx %c%c%c%*c %63[^\n]", &start, &end, &r, &w, &x, id) != 6 || start >> 47 != 0)
            continue;
        if (r != 'r' || strstr(line, "[vvar") != NULL || strstr(line, "[vdso]") != NULL)
            continue;
        maps.all = realloc(maps.all, (maps.n + 1) * sizeof *maps.all);
        if (maps.all == NULL)
            die("realloc");
        struct mapping *map = &maps.all[maps.n++];
        *map = (struct mapping){ start, end, PROT_R | (w == 'w' ? PROT_W : 0) | (x == 'x' ? PROT_X : 0), "", NULL };
        memcpy(map->id, id, sizeof id);
    }
    fclose(file);
    return maps;
}

/* The contents of one mapping; beyond the end of its file there are none. */
static uint8_t *contents(const struct mapping *map)
{
    size_t len = map->end - map->start;
    uint8_t *copy = calloc(1, len);
    if (copy == NULL)
        die("calloc");
    if (!peek(map->start, copy, len))
        for (size_t at = 0; at < len; at += PAGE)
            peek(map->start + at, copy + at, PAGE);
    return copy;
}

static bool same_place(const struct mapping *a, const struct mapping *b)
{
    return a != NULL && a->start == b->start && a->end == b->end && a->prot == b->prot && strcmp(a->id, b->id) == 0;
}

/* Writes which pages of a mapping are new, have another protection or other contents. */
static void tell_changes(const struct mapping *map, uint32_t who)
{
    static const uint8_t zeros[PAGE];
    for (uint64_t at = map->start; at < map->end; at += PAGE) {
        const struct mapping *old = find(&known, at);
        const uint8_t *now = map->copy + (at - map->start);
        const uint8_t *before = old == NULL ? zeros : old->copy + (at - old->start);
        if (old == NULL || old->prot != map->prot)
            put_record(MAP, map->prot, at, at + PAGE);
        if (memcmp(before, now, PAGE) != 0) {
            put_record(PAGE_IS, who, at, 0);
            put(now, PAGE);
        }
    }
}

/* Brings `known` up to date and writes what changed, and who did it. */
static void tell_memory(uint32_t who)
{
    struct mappings maps = read_maps();
    for (size_t i = 0; i < known.n; i++)
        for (uint64_t at = known.all[i].start; at < known.all[i].end; at += PAGE)
            if (find(&maps, at) == NULL)
                put_record(UNMAP, 0, at, at + PAGE);
    for (size_t i = 0; i < maps.n; i++) {
        struct mapping *map = &maps.all[i];
        struct mapping *old = find(&known, map->start);
        if (same_place(old, map) && !(map->prot & PROT_W)) {
            map->copy = old->copy;
            continue;
        }
        map->copy = contents(map);
        tell_changes(map, who);
    }
    for (size_t i = 0; i < known.n; i++) {
        struct mapping *now = find(&maps, known.all[i].start);
        if (now == NULL || now->copy != known.all[i].copy)
            free(known.all[i].copy);
    }
    free(known.all);
    known = maps;
}

/* Writes memory as the program left it. */
static void tell_sync(void)
{
    tell_memory(WHO_PROGRAM);
    get_fpu(&fpu);
    put_record(SYNC, 0, 0, 0);
    put(&fpu, sizeof fpu);
}

/* Writes memory and registers as the kernel left them. */
static void tell_kernel(uint32_t what)
{
    tell_memory(WHO_KERNEL);
    get_fpu(&fpu);
    put_record(KERNEL, what, 0, 0);
    put(&regs, sizeof regs);
    put(&fpu, sizeof fpu);
    for (int i = 0; i < 3; i++) {
        struct user_desc desc = { 0 };
        uint32_t words[4] = { 0 };
        if (ptrace(PTRACE_GET_THREAD_AREA, child, (void *)(12l + i), &desc) == 0)
            memcpy(words, &desc, sizeof words);
        put(words, sizeof words);
    }
}

static void tell_step(const struct user_regs_struct *before, bool ask_fpu)
{
    struct user_fpregs_struct image;
    const uint64_t *a = (const uint64_t *)before, *b = (const uint64_t *)&regs;
    uint64_t changed[REGS];
    uint32_t head[2] = { STEP, 0 };
    size_t n = 0;
    for (int i = 0; i < REGS; i++)
        if (a[i] != b[i]) {
            head[1] |= 1u << i;
            changed[n++] = b[i];
        }
    if (ask_fpu) {
        get_fpu(&image);
        if (memcmp(&image, &fpu, sizeof fpu) != 0)
            head[1] |= HAS_FPU;
    }
    put(head, sizeof head);
    put(changed, n * 8);
    if (head[1] & HAS_FPU) {
        fpu = image;
        put(&fpu, sizeof fpu);
    }
}

/* The instruction at pc: its bytes behind the prefixes. */
struct insn {
    uint8_t op[4];
};

static struct insn fetch(uint64_t pc)
{
    uint8_t bytes[20] = { 0 };
    const struct mapping *map = find(&known, pc);
    if (map != NULL && !(map->prot & PROT_W) && pc + sizeof bytes <= map->end)
        memcpy(bytes, map->copy + (pc - map->start), sizeof bytes);
    else
        for (size_t i = 0; i < sizeof bytes && peek(pc + i, &bytes[i], 1); i++)
            ;
    int at = 0;
    bool is64 = regs.cs == 0x33;
    while (at < 15 && (bytes[at] == 0x66 || bytes[at] == 0x67 || bytes[at] == 0xf0 || bytes[at] == 0xf2 ||
                       bytes[at] == 0xf3 || bytes[at] == 0x64 || bytes[at] == 0x65 || bytes[at] == 0x2e ||
                       bytes[at] == 0x36 || bytes[at] == 0x3e || bytes[at] == 0x26 || (is64 && bytes[at] >> 4 == 4)))
        at++;
    struct insn insn;
    memcpy(insn.op, bytes + at, 4);
    return insn;
}

static bool is_syscall(const uint8_t *op)
{
    return (op[0] == 0x0f && (op[1] == 0x05 || op[1] == 0x34)) || (op[0] == 0xcd && op[1] == 0x80);
}

/* rdtsc, rdtscp, rdrand, rdseed, xgetbv */
static bool is_unforeseen(const uint8_t *op)
{
    return op[0] == 0x0f && (op[1] == 0x31 || (op[1] == 0x01 && (op[2] == 0xf9 || op[2] == 0xd0)) ||
                             (op[1] == 0xc7 && op[2] >= 0xf0));
}

/* Whether x87, MMX or SSE may change; that they do not otherwise is seen where memory is compared. */
static bool touches_fpu(const uint8_t *op)
{
    if (op[0] >= 0xd8 && op[0] <= 0xdf)
        return true;
    if (op[0] != 0x0f)
        return false;
    return !(op[1] < 0x10 || (op[1] >= 0x18 && op[1] < 0x28) || (op[1] >= 0x40 && op[1] < 0x50) ||
             (op[1] >= 0x80 && op[1] < 0xae) || (op[1] >= 0xaf && op[1] < 0xc2));
}

static void answer_cpuid(uint32_t leaf, uint32_t subleaf)
{
    static const uint32_t none[4];
    const uint32_t *row = none;
    for (int i = 0; i < nr_cpuid_rows && row == none; i++)
        if (cpuid_rows[i].leaf == leaf && (cpuid_rows[i].subleaf == subleaf || cpuid_rows[i].subleaf == 0xffffffff))
            row = cpuid_rows[i].regs;
    regs.rax = row[0];
    regs.rbx = row[1];
    regs.rcx = row[2];
    regs.rdx = row[3];
    set_regs();
}

/* Steps; the signal that stopped the program, or -1 when it is gone. */
static int single_step(int signo, int *status)
{
    if (ptrace(PTRACE_SINGLESTEP, child, 0, (long)signo) != 0)
        die("PTRACE_SINGLESTEP");
    if (waitpid(child, status, __WALL) != child)
        die("waitpid");
    return WIFSTOPPED(*status) ? WSTOPSIG(*status) : -1;
}

/* Hands signals on until an instruction or the entry into a handler is done. */
static int deliver(int signo, int *status)
{
    while (signo != -1 && signo != SIGTRAP)
        signo = single_step(signo, status);
    return signo;
}

/* One instruction. False when the program is gone. */
static bool step(uint64_t *steps, int *status)
{
    struct user_regs_struct before = regs;
    struct insn insn = fetch(regs.rip);
    uint32_t kernel = is_syscall(insn.op) ? SYSCALL : is_unforeseen(insn.op) ? UNFORESEEN : START;
    if (kernel != START || *steps % sync_every == sync_every - 1)
        tell_sync();
    int signo = single_step(0, status);
    ++*steps;
    if (signo != -1 && signo != SIGTRAP) {
        /* Before the instruction, or inside the system call. */
        if (kernel == START) {
            tell_sync();
            kernel = SIGNAL;
        }
        signo = deliver(signo, status);
    }
    if (signo == -1)
        return false;
    get_regs();
    if (kernel == SYSCALL && regs.cs == 0x33) {
        regs.r11 &= ~0x100ull; /* the TF of single-stepping itself */
        set_regs();
    }
    if (kernel != START) {
        tell_kernel(kernel);
        return true;
    }
    if (insn.op[0] == 0x9c) {
        uint8_t pushed;
        if (!peek(regs.rsp + 1, &pushed, 1))
            die("pushf");
        pushed &= ~1;
        poke(regs.rsp + 1, &pushed, 1);
    }
    if (insn.op[0] == 0x0f && insn.op[1] == 0xa2)
        answer_cpuid(before.rax, before.rcx);
    tell_step(&before, touches_fpu(insn.op));
    return true;
}

/* What the program is told about its CPU stands on its stack, behind argc, argv and envp. */
static void fix_auxv(void)
{
    size_t word = regs.cs == 0x33 ? 8 : 4;
    uint64_t at = regs.rsp, value[2] = { 0, 0 };
    if (!peek(at, value, word))
        die("argc");
    at += (1 + value[0] + 1) * word;
    for (value[0] = 1; value[0] != 0; at += word)
        if (value[0] = 0, !peek(at, value, word))
            die("envp");
    for (;; at += 2 * word) {
        value[0] = value[1] = 0;
        if (!peek(at, &value[0], word) || !peek(at + word, &value[1], word))
            die("auxv");
        if (value[0] == AT_NULL)
            return;
        if (value[0] == AT_SYSINFO || value[0] == AT_SYSINFO_EHDR || value[0] == AT_MINSIGSTKSZ)
            value[0] = AT_IGNORE;
        else if (value[0] == AT_HWCAP)
            value[1] = hwcap;
        else if (value[0] == AT_HWCAP2)
            value[1] = hwcap2;
        poke(at, &value[0], word);
        poke(at + word, &value[1], word);
    }
}

static void read_cpuid(char *text)
{
    uint32_t *into = &cpuid_rows[0].leaf;
    int n = 0;
    for (char *word = strtok(text, " ,"); word != NULL && n < 6 * MAX_CPUID; word = strtok(NULL, " ,"))
        into[n++] = strtoul(word, NULL, 16);
    nr_cpuid_rows = n / 6;
}

static void start(char **argv)
{
    child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        int in = open("/dev/null", O_RDONLY), out = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
            die("the program's descriptors");
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        personality(ADDR_NO_RANDOMIZE);
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            die("PTRACE_TRACEME");
        execv(argv[7], argv + 8);
        die(argv[7]);
    }
    int status;
    if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status)) {
        errno = ENOEXEC;
        die(argv[7]);
    }
    get_regs();
    fix_auxv();
    tell_kernel(START);
}

int main(int argc, char **argv)
{
    cpu_set_t cpus;
    uint64_t steps = 0;
    int status = 0;
    if (argc < 9) {
        errno = EINVAL;
        die("arguments");
    }
    uint64_t max_steps = strtoull(argv[1], NULL, 10);
    sync_every = strtoull(argv[2], NULL, 10);
    read_cpuid(argv[4]);
    hwcap = strtoull(argv[5], NULL, 10);
    hwcap2 = strtoull(argv[6], NULL, 10);
    setvbuf(stdout, NULL, _IOFBF, 1 << 20);
    CPU_ZERO(&cpus);
    CPU_SET(sched_getcpu(), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus); /* tracer and tracee take turns */
    start(argv);
    while (steps < max_steps)
        if (!step(&steps, &status)) {
            put_record(END, status, steps, 0);
            return fflush(stdout) == 0 ? 0 : 1;
        }
    kill(child, SIGKILL);
    errno = E2BIG;
    die("the program has more instructions than were allowed");
}
