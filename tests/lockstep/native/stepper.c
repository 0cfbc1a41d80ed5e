/*
 * Does what tracer.c does in a third of the time, without a second process: the code stops behind every instruction, and a
 * handler of signals writes the state down and lets it go on. It is stopped by an int3 in place of the next instruction, or by the
 * trap flag where that is not known before; a debug exception takes ten times as long as a breakpoint in a virtual machine.
 * What is in this process besides the sequence lies above 4 GiB, where a sequence hardly finds it. What does differ is looked
 * at again by tracer.c.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/ucontext.h>

#include "sequence.h"

enum { NT = 0x4000, AC = 0x40000 };
enum { FXSAVE_USED = 416, XSTATE_BV = 512, X87_AND_SSE = 3 };
#define OUTPUT_LEN (64ul << 20)
#define FULL (48ul << 20)

static bool is64;
static uint8_t *next_job, *jobs_end;
static struct job job;
static uint32_t steps_left;
static int op; /* of the instruction that runs; -2 in front of the first job */
static uint8_t length_at[CODE_PAGES * PAGE]; /* of instructions, by the place that they begin at */
static uint64_t stop_at; /* where an int3 is, 0 for nowhere */
static uint8_t stopped;  /* what was there */
static uint8_t *output;
static size_t output_len;
static uint8_t handler_stack[1 << 17] __attribute__((aligned(64)));

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static long system_call(long nr, long a, long b, long c)
{
    long result;
    asm volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static void flush(void)
{
    for (size_t at = 0; at < output_len;) {
        long n = system_call(SYS_write, 1, (long)(output + at), output_len - at);
        if (n <= 0)
            system_call(SYS_exit_group, 1, 0, 0);
        at += n;
    }
    output_len = 0;
}

static void put(const void *from, size_t len)
{
    memcpy(output + output_len, from, len);
    output_len += len;
}

static void clear_flags(uint64_t flags)
{
    asm volatile("pushfq; notq %0; andq %0, (%%rsp); popfq" : "+r"(flags) : : "memory", "cc");
}

/* General registers of a signal frame, in the order of user_regs_struct up to rdi. */
static const int ORDER[] = { REG_R15, REG_R14, REG_R13, REG_R12, REG_RBP, REG_RBX, REG_R11, REG_R10,
                             REG_R9,  REG_R8,  REG_RAX, REG_RCX, REG_RDX, REG_RSI, REG_RDI };
enum { NR_ORDER = sizeof ORDER / sizeof ORDER[0] };

static void read_registers(const greg_t *from, struct user_regs_struct *regs)
{
    for (int i = 0; i < NR_ORDER; i++)
        ((unsigned long long *)regs)[i] = from[ORDER[i]];
    regs->orig_rax = -1;
    regs->rip = from[REG_RIP];
    regs->cs = from[REG_CSGSFS] & 0xffff;
    regs->ss = from[REG_CSGSFS] >> 48 & 0xffff;
    regs->eflags = from[REG_EFL] & ~TF;
    regs->rsp = from[REG_RSP];
    asm volatile("rdfsbase %0" : "=r"(regs->fs_base));
    asm volatile("rdgsbase %0" : "=r"(regs->gs_base));
    asm volatile("mov %%ds, %0" : "=r"(regs->ds));
    asm volatile("mov %%es, %0" : "=r"(regs->es));
    asm volatile("mov %%fs, %0" : "=r"(regs->fs));
    asm volatile("mov %%gs, %0" : "=r"(regs->gs));
}

static void write_registers(const struct user_regs_struct *regs, greg_t *into)
{
    for (int i = 0; i < NR_ORDER; i++)
        into[ORDER[i]] = ((const unsigned long long *)regs)[i];
    into[REG_RIP] = regs->rip;
    into[REG_CSGSFS] = regs->cs | regs->ss << 48;
    into[REG_EFL] = regs->eflags;
    into[REG_RSP] = regs->rsp;
    asm volatile("mov %0, %%ds" : : "r"(regs->ds));
    asm volatile("mov %0, %%es" : : "r"(regs->es));
    asm volatile("mov %0, %%fs" : : "r"(regs->fs));
    asm volatile("mov %0, %%gs" : : "r"(regs->gs));
    asm volatile("wrfsbase %0" : : "r"(regs->fs_base));
    asm volatile("wrgsbase %0" : : "r"(regs->gs_base));
}

/* True when the instruction that follows is to run. */
static bool goes_on(const struct user_regs_struct *regs)
{
    op = opcode(regs->rip, is64);
    return steps_left-- > 0 && regs->rip != job.end && !is_refused(op, regs);
}

/* Branches, string instructions, int, iret and what loads ss: one that may not end in front of the one behind it. */
static bool may_go_elsewhere(uint64_t pc)
{
    const uint8_t *byte = bytes_at(pc);
    while (is_prefix(*byte, is64))
        byte++;
    if (op == 0x0f)
        return byte[1] >> 4 == 8 || byte[1] == 0xb2;
    if (op == 0xff)
        return (byte[1] >> 3 & 7) >= 2 && (byte[1] >> 3 & 7) <= 5;
    return op >> 4 == 7 || op == 0xc2 || op == 0xc3 || (op >= 0xca && op <= 0xcf) || (op >= 0xe0 && op <= 0xe3) ||
           (op >= 0xe8 && op <= 0xeb) || op == 0x9a || op == 0xf1 || op == 0x8e || op == 0x17 ||
           (op >= 0xa4 && op <= 0xa7) || (op >= 0xaa && op <= 0xaf);
}

/* Has the code stop behind the next instruction: by an int3, or by the trap flag, which is returned then. */
static uint64_t stop_behind(uint64_t pc)
{
    uint8_t length = pc >= CODE && pc < CODE + CODE_PAGES * PAGE ? length_at[pc - CODE] : 0;
    uint8_t *next = bytes_at(pc + length);

    if (length == 0 || op == -1 || next == NULL || may_go_elsewhere(pc))
        return TF;
    stop_at = pc + length;
    stopped = *next;
    *next = 0xcc;
    return 0;
}

/* Takes the int3 back. True when it was what stopped the code. */
static bool take_back(int signo, greg_t *registers)
{
    uint64_t at = stop_at;

    if (at == 0)
        return false;
    *bytes_at(at) = stopped;
    stop_at = 0;
    if (signo != SIGTRAP || (uint64_t)registers[REG_RIP] != at + 1)
        return false;
    registers[REG_RIP] = at;
    return true;
}

/* Writes down what the instruction did. True when it was no fault and no trap of its own. */
static bool put_step(int signo, const siginfo_t *info, bool stopped_here, const struct user_regs_struct *regs,
                     const uint8_t *fpstate)
{
    bool traps = !stopped_here && info->si_code != TRAP_TRACE;
    struct record record = { .kind = STEP };
    struct user_fpregs_struct image = { 0 };

    if (signo != SIGTRAP || traps) {
        uint64_t address = signo == SIGTRAP ? 0 : (uint64_t)info->si_addr;
        record = (struct record){ SIGNAL, signo, info->si_code, { address, address >> 32 }, 0 };
    } else {
        clear_pushed_tf(op, regs);
    }
    memcpy(&image, fpstate, FXSAVE_USED);
    put_state(&record, regs, job.flags & ASK_FPU ? &image : NULL);
    return record.kind == STEP;
}

/* The next job that has something to run; the end of the process behind the last. */
static void start_job(greg_t *registers, uint8_t *fpstate)
{
    do {
        if (next_job == jobs_end || output_len > FULL)
            flush();
        if (next_job == jobs_end)
            system_call(SYS_exit_group, 0, 0, 0);
        memcpy(&job, next_job, sizeof job);
        next_job += sizeof job;
        memcpy(clear_code() + (job.code_at - CODE), next_job, job.code_len);
        next_job += job.code_len;
        memset(length_at, 0, sizeof length_at);
        for (uint64_t i = 0, at = job.code_at - CODE; i < job.nr_instructions; at += next_job[i++])
            length_at[at] = next_job[i];
        next_job += job.nr_instructions;
        fill_memory(job.memory_seed);
        steps_left = job.max_steps;
        if (goes_on(&job.regs))
            break;
        put_end();
    } while (true);
    write_registers(&job.regs, registers);
    memcpy(fpstate, &job.fpu, FXSAVE_USED);
    *(uint64_t *)(fpstate + XSTATE_BV) |= X87_AND_SSE;
    /* sigreturn leaves NT as it is. */
    clear_flags(NT);
    registers[REG_EFL] |= stop_behind(job.regs.rip);
}

static void handler(int signo, siginfo_t *info, void *context)
{
    clear_flags(AC);
    ucontext_t *frame = context;
    greg_t *registers = frame->uc_mcontext.gregs;
    uint8_t *fpstate = (uint8_t *)frame->uc_mcontext.fpregs;
    struct user_regs_struct regs;

    if (op != -2) {
        bool stopped_here = take_back(signo, registers);
        read_registers(registers, &regs);
        if (put_step(signo, info, stopped_here, &regs, fpstate) && goes_on(&regs)) {
            registers[REG_EFL] = regs.eflags | stop_behind(regs.rip);
            return;
        }
        put_end();
    }
    start_job(registers, fpstate);
}

/* By the system call of 32-bit code, which takes an address below 4 GiB. */
static void set_tls(void)
{
    for (int i = 0; i < 2; i++) {
        struct user_desc desc = data_segment(i);
        long result;
        memcpy((void *)DATA, &desc, sizeof desc);
        asm volatile("int $0x80" : "=a"(result) : "a"(243 /* set_thread_area */), "b"(DATA) : "memory", "r8", "r9", "r10", "r11");
        if (result != 0)
            die("set_thread_area");
    }
}

static void read_jobs(void)
{
    size_t len = 0, room = 1 << 20;
    uint8_t *jobs = malloc(room);
    ssize_t n;
    while (jobs != NULL && (n = read(0, jobs + len, room - len)) > 0) {
        len += n;
        if (len == room)
            jobs = realloc(jobs, room *= 2);
    }
    if (jobs == NULL || n < 0 || len < sizeof palette)
        die("jobs");
    memcpy(palette, jobs, sizeof palette);
    next_job = jobs + sizeof palette;
    jobs_end = jobs + len;
}

int main(int argc, char **argv)
{
    static const int signals[] = { SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    stack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof handler_stack };

    is64 = !(argc > 1 && strcmp(argv[1], "i386") == 0);
    if ((uintptr_t)handler >> 32 == 0) {
        fputs("lockstep stepper: loaded below 4 GiB\n", stderr);
        return 1;
    }
    map_pages(make_pages());
    forget_rseq();
    set_tls();
    read_jobs();
    output = mmap(NULL, OUTPUT_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    sigfillset(&action.sa_mask);
    if (output == MAP_FAILED || sigaltstack(&stack, NULL) != 0)
        die("stepper");
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], &action, NULL) != 0)
            die("sigaction");
    op = -2;
    raise(SIGTRAP);
    return 1;
}
