export const what = 'uc_watch: chosen pages tell each access of the guest to them, in an instruction of its own';

export const why = `
QEMU's watchpoints mark the TLB entries of their pages, so that accesses to other pages stay on the fast path; Unicorn keeps
the marks and has emptied cpu_check_watchpoint. A memory hook in its place slows down every access of the program.
Here the embedder says of each page, at its TLB fill, whether accesses to it are to be told. One that is of interest restarts
its instruction in a block of its own before it changes anything (as QEMU does for BP_STOP_BEFORE_ACCESS), so that the
instruction is known, is counted exactly, and the run can stop behind it. A store through a marked entry does not have to
take the slower path for pages that are not dirty for ever.
What a store in pieces had begun when code that it changed made it start again no longer suppresses what follows it.`;

const HEADER = `
/* One access of guest code to memory. Values are little-endian numbers of @size bytes. */
typedef struct uc_access {
    uint64_t pc;      // of the instruction
    uint64_t address; // virtual
    uint64_t value;   // read or written
    uint64_t old;     // what was there before
    uint64_t index;   // instructions retired in this run before this one
    uint8_t size;     // 1, 2, 4 or 8
    bool write;
    bool exact;       // false: only asked whether it is of interest; it will come again
} uc_access;

typedef bool (*uc_cb_watch_page_t)(void *opaque, uint64_t page);
typedef bool (*uc_cb_watch_access_t)(void *opaque, const uc_access *access);

/*
 From now on ask @page at each TLB fill for user code whether accesses to the page are to be told to @access.
 @access says of an access that is not exact whether it is of interest, and of an exact one whether the run ends behind
 its instruction. An instruction may still fault after its accesses were told; then it does not retire.
 The callbacks must not call back. NULL: no more. The caller flushes the TLB.
*/
UNICORN_EXPORT
uc_err uc_watch(uc_engine *uc, uc_cb_watch_page_t page,
                uc_cb_watch_access_t access, void *opaque);

`;

const CHECK = `
/* A page whose accesses are told? */
static int watched_page(CPUState *cpu, target_ulong page, int mmu_idx)
{
    struct uc_struct *uc = cpu->uc;

    if (uc->watch_page == NULL) {
        return 0;
    }
#if defined(TARGET_I386)
    if (mmu_idx != MMU_USER_IDX) {
        return 0;
    }
#endif
    return uc->watch_page(uc->watch_opaque, page) ? BP_MEM_READ | BP_MEM_WRITE : 0;
}

/* Tell an access; if it is of interest and not alone in its block, leave the block and start its instruction again. */
static void watch_access(CPUArchState *env, uc_access *access, uintptr_t retaddr)
{
    struct uc_struct *uc = env->uc;
    CPUState *cpu = env_cpu(env);
    TranslationBlock *tb;

    access->exact = false;
    access->index = 0;
    if (uc->run_cflags != 0) {
        access->pc = uc->record.pc;
    } else {
        if (!uc->watch_access(uc->watch_opaque, access)) {
            return;
        }
        tb = retaddr ? tcg_tb_lookup(uc->tcg_ctx, retaddr) : NULL;
        if (tb != NULL && (tb_cflags(tb) & CF_COUNT_MASK) != 1) {
            cpu_restore_state(cpu, retaddr, true);
            cpu->cflags_next_tb = curr_cflags() | 1;
            cpu_loop_exit_noexc(cpu);
        }
        access->pc = tb != NULL ? tb->pc : 0;
    }
    access->exact = true;
    access->index = cpu->icount_budget - cpu->icount_extra - cpu->icount_decr_ptr->u16.low - 1;
    if (uc->watch_access(uc->watch_opaque, access)) {
        uc->stop_behind = true;
        cpu->icount_decr_ptr->u16.high = -1;
    }
}

static uint64_t in_memory_order(uint64_t value, size_t size, MemOp op)
{
    if (memop_big_endian(op)) {
        return bswap64(value) >> (64 - 8 * size);
    }
    return size == 8 ? value : value & (((uint64_t)1 << 8 * size) - 1);
}

/* Before a store that touches one or two pages which are in the TLB. */
static void watch_store(CPUArchState *env, target_ulong addr, size_t size, uint64_t value, MemOp op,
                        uintptr_t mmu_idx, uintptr_t retaddr)
{
    uc_access access = {.address = addr, .size = size, .write = true};
    int i;

    if (env->uc->watch_access == NULL || env->uc->size_recur_mem) {
        return;
    }
    for (i = size - 1; i >= 0; i--) {
        target_ulong at = addr + i;
        access.old = access.old << 8 | *(uint8_t *)((uintptr_t)at + tlb_entry(env, mmu_idx, at)->addend);
    }
    access.value = in_memory_order(value, size, op);
    watch_access(env, &access, retaddr);
}

static void watch_load(CPUArchState *env, target_ulong addr, size_t size, uint64_t value, MemOp op, uintptr_t retaddr)
{
    uc_access access = {.address = addr, .size = size, .write = false};

    access.value = access.old = in_memory_order(value, size, op);
    watch_access(env, &access, retaddr);
}

`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  tree
    .file('include/unicorn/unicorn.h')
    .all()
    .before(/\/\*\n Stop emulation \(/, HEADER.trimStart());
  tree
    .file('include/uc_priv.h')
    .block('struct uc_struct {')
    .append(
      '    uc_cb_watch_page_t watch_page; // see uc_watch()\n' +
        '    uc_cb_watch_access_t watch_access;\n' +
        '    void *watch_opaque;\n' +
        '    bool stop_behind; // the run ends behind the current instruction',
    );
  const uc = tree.file('uc.c');
  uc.append(`
UNICORN_EXPORT
uc_err uc_watch(uc_engine *uc, uc_cb_watch_page_t page,
                uc_cb_watch_access_t access, void *opaque)
{
    uc->watch_page = page;
    uc->watch_access = access;
    uc->watch_opaque = opaque;
    return UC_ERR_OK;
}
`);
  uc.fn('uc_emu_run').before(/uc->run_flags = flags;/, 'uc->stop_behind = false;\n    ');

  const exec = tree.file('qemu/accel/tcg/cpu-exec.c');
  exec
    .fn('budget_is_used_up')
    .before(/return \(curr_cflags\(\)/, 'if (cpu->uc->stop_behind) {\n        return true;\n    }\n    ');
  exec.fn('cpu_exec').before(/#if defined\(__clang__\) \|\|/, '        uc->size_recur_mem = 0;\n');

  const tlb = tree.file('qemu/accel/tcg/cputlb.c');
  tlb
    .fn('tlb_set_dirty1_locked')
    .replace(
      /if \(tlb_entry->addr_write == [^{]*\{[^}]*\}/,
      'if ((tlb_entry->addr_write & ~(target_ulong)TLB_WATCHPOINT) == (vaddr | TLB_NOTDIRTY)) {\n' +
        '        tlb_entry->addr_write &= ~(target_ulong)TLB_NOTDIRTY;\n    }',
    );
  tlb
    .fn('tlb_set_page_with_attrs')
    .replace(/cpu_watchpoint_address_matches\([^;]*;/, 'watched_page(cpu, vaddr_page, mmu_idx);');
  tlb.fn('load_helper').after(
    /_out:/,
    `
    if (unlikely(uc->watch_access != NULL) && !code_read && !uc->size_recur_mem &&
        ((tlb_addr & TLB_WATCHPOINT) || (addr & ~TARGET_PAGE_MASK) + size > TARGET_PAGE_SIZE)) {
        watch_load(env, addr, size, res, op, retaddr);
    }`,
  );
  tlb
    .fn('store_helper')
    .replace(
      /cpu_check_watchpoint\(env_cpu\(env\), addr, size,[^;]*;/,
      'watch_store(env, addr, size, val, op, mmu_idx, retaddr);',
    )
    .replace(
      /if \(unlikely\(tlb_addr & TLB_WATCHPOINT\)\) \{\s*cpu_check_watchpoint\(env_cpu\(env\), addr, size - size2,[^;]*;\s*\}\s*if \(unlikely\(tlb_addr2 & TLB_WATCHPOINT\)\) \{\s*cpu_check_watchpoint\([^;]*;\s*\}/,
      'if (unlikely((tlb_addr | tlb_addr2) & TLB_WATCHPOINT)) {\n' +
        '            watch_store(env, addr, size, val, op, mmu_idx, retaddr);\n        }',
    );
  tlb.all().before(/\/\* Add a new TLB entry\. At most one entry/, CHECK.trimStart());
}
