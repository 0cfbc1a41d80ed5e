/*
 * Sequences of x86 code: their jobs on descriptor 0, their pages, and the records on descriptor 1, for tracer.c and stepper.c.
 * tests/lockstep/native.ts has the same layouts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <unistd.h>

#include <asm/ldt.h>

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
    uint32_t nr_instructions; /* behind the code comes a byte for the length of each */
    uint32_t zero;
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

enum { TF = 0x100 }; /* what single-stepping itself sets */

static uint8_t *code_view;
static uint32_t *memory_view, initial[MEMORY_WORDS], palette[NR_PALETTE];

static void die(const char *what);
static void put(const void *from, size_t len);

static void map(void *at, size_t pages, int prot, int fd, off_t page)
{
    if (mmap(at, pages * PAGE, prot, MAP_SHARED | MAP_FIXED, fd, page * PAGE) == MAP_FAILED)
        die("mmap");
}

/* The file that all pages are in, seen here at code_view and memory_view. */
static int make_pages(void)
{
    int fd = memfd_create("lockstep", 0);
    if (fd < 0 || ftruncate(fd, (CODE_PAGES + MEMORY_PAGES) * PAGE) != 0)
        die("memfd");
    code_view = mmap(NULL, (CODE_PAGES + MEMORY_PAGES) * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (code_view == MAP_FAILED)
        die("mmap");
    memory_view = (uint32_t *)(code_view + CODE_PAGES * PAGE);
    return fd;
}

/* The pages where the sequence has them. */
static void map_pages(int fd)
{
    map((void *)CODE, CODE_PAGES, PROT_READ | PROT_EXEC, fd, 0);
    map((void *)DATA, DATA_PAGES, PROT_READ | PROT_WRITE, fd, CODE_PAGES);
    map((void *)RO, RO_PAGES, PROT_READ, fd, CODE_PAGES + DATA_PAGES);
    map((void *)STACK, STACK_PAGES, PROT_READ | PROT_WRITE, fd, CODE_PAGES + DATA_PAGES + RO_PAGES);
}

/* The kernel writes into this area at every return to user mode. */
static void forget_rseq(void)
{
    extern const ptrdiff_t __rseq_offset;
    extern const unsigned int __rseq_size;
    if (__rseq_size != 0)
        syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32, 1, 0x53053053);
}

/* Descriptors 12 and 13: data segments at two bases. */
static struct user_desc data_segment(int i)
{
    return (struct user_desc){
        .entry_number = 12 + i,
        .base_addr = DATA + 0x800 + i * 0x7f9,
        .limit = 0xfffff,
        .seg_32bit = 1,
        .limit_in_pages = 1,
        .useable = 1,
    };
}

/* Code pages of int3, where the code goes. */
static uint8_t *clear_code(void)
{
    return memset(code_view, 0xcc, CODE_PAGES * PAGE);
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

/* The bytes that the sequence has at an address, NULL outside its pages. */
static uint8_t *bytes_at(uint64_t at)
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
        const uint8_t *byte = bytes_at(pc + i);
        if (byte == NULL)
            return -1;
        if (!is_prefix(*byte, is64))
            return *byte;
    }
    return -1;
}

/* syscall, sysenter and int 0x80, where a sequence runs into the middle of its own instructions. */
static bool is_system_call(uint64_t pc)
{
    const uint8_t *first = bytes_at(pc), *second = bytes_at(pc + 1);
    if (first == NULL || second == NULL)
        return false;
    return (*first == 0x0f && (*second == 0x05 || *second == 0x34)) || (*first == 0xcd && *second == 0x80);
}

/* TF is what single-stepping itself uses: stop in front of a popf that sets it, and of system calls. */
static bool is_refused(int op, const struct user_regs_struct *regs)
{
    if (is_system_call(regs->rip))
        return true;
    if (op != 0x9d)
        return false;
    const uint8_t *byte = bytes_at(regs->rsp + 1);
    return byte != NULL && (*byte & 1) != 0;
}

/* Behind a pushf: the TF that it has pushed is that of single-stepping itself. */
static void clear_pushed_tf(int op, const struct user_regs_struct *regs)
{
    uint8_t *pushed = op == 0x9c ? bytes_at(regs->rsp + 1) : NULL;
    if (pushed != NULL)
        *pushed &= ~1;
}

static void put_state(const struct record *record, const struct user_regs_struct *regs,
                      const struct user_fpregs_struct *fpu)
{
    put(record, sizeof *record);
    put(regs, sizeof *regs);
    if (fpu != NULL)
        put(fpu, sizeof *fpu);
}

/* Behind the last instruction: the words of memory that changed, with their indexes. */
static void put_end(void)
{
    uint32_t n = 0;
    put(&(struct record){ .kind = END }, sizeof(struct record));
    for (int i = 0; i < MEMORY_WORDS; i++)
        n += memory_view[i] != initial[i];
    put(&n, 4);
    for (uint32_t i = 0; n > 0 && i < MEMORY_WORDS; i++)
        if (memory_view[i] != initial[i]) {
            put(&i, 4);
            put(&memory_view[i], 4);
        }
}
