/*
 * Runs short sequences of x86 code on the real CPU, one instruction at a time under ptrace(2), and writes the state after
 * each. With the argument "i386" the code runs in a 32-bit segment of the same process.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <asm/ptrace-abi.h>

#include "sequence.h"

static pid_t child;

static void die(const char *what)
{
    perror(what);
    if (child > 0)
        kill(child, SIGKILL);
    exit(1);
}

static void start_child(void)
{
    int fd = make_pages();
    child = fork();
    if (child < 0)
        die("fork");
    if (child != 0)
        return;
    map_pages(fd);
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

static void set_tls(void)
{
    for (int i = 0; i < 2; i++) {
        struct user_desc desc = data_segment(i);
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

/* True while the sequence goes on. */
static bool step(const struct job *job, struct user_regs_struct *regs, bool is64)
{
    struct record record = { .kind = STEP };
    int op = opcode(regs->rip, is64);
    if (regs->rip == job->end || is_refused(op, regs))
        return false;
    if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) != 0)
        die("PTRACE_SINGLESTEP");
    int signo = wait_child();
    if (ptrace(PTRACE_GETREGS, child, 0, regs) != 0)
        die("PTRACE_GETREGS");
    regs->eflags &= ~TF;
    if (signo != SIGTRAP || op == 0xcc || op == 0xcd || op == 0xf1 || op == 0xce) {
        siginfo_t info;
        if (ptrace(PTRACE_GETSIGINFO, child, 0, &info) != 0)
            die("PTRACE_GETSIGINFO");
        if (signo != SIGTRAP || info.si_code != TRAP_TRACE) {
            uint64_t address = signo == SIGTRAP ? 0 : (uint64_t)info.si_addr;
            record = (struct record){ SIGNAL, signo, info.si_code, { address, address >> 32 }, 0 };
        }
    }
    if (record.kind == STEP)
        clear_pushed_tf(op, regs);
    struct user_fpregs_struct image;
    bool fpu = (job->flags & ASK_FPU) != 0;
    if (fpu && ptrace(PTRACE_GETFPREGS, child, 0, &image) != 0)
        die("PTRACE_GETFPREGS");
    put_state(&record, regs, fpu ? &image : NULL);
    return record.kind == STEP;
}

static void run(struct job *job, bool is64)
{
    struct user_regs_struct regs = job->regs;
    uint8_t lengths[CODE_PAGES * PAGE];
    read_all(clear_code() + (job->code_at - CODE), job->code_len);
    read_all(lengths, job->nr_instructions);
    fill_memory(job->memory_seed);
    regs.orig_rax = -1;
    if (ptrace(PTRACE_SETREGS, child, 0, &regs) != 0 || ptrace(PTRACE_SETFPREGS, child, 0, &job->fpu) != 0)
        die("start registers");
    for (uint32_t i = 0; i < job->max_steps && step(job, &regs, is64); i++)
        ;
    put_end();
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
