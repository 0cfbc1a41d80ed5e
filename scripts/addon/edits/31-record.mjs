export const what = 'uc_record: what each instruction starts with, written by the translated code itself';

export const why = `
A code hook that reads the registers through the API makes about 12 million instructions a second. In a block of one
instruction all registers are in the CPU's structure when it begins, so a helper called there can copy them as they are. Blocks
of one instruction are translated apart (CF_RECORD, part of what tells blocks apart), are cached and chained like any others,
and nothing changes for runs without it.
The place of a record follows from the count of retired instructions, so an instruction that starts again writes its record
again, and one that does not retire leaves none that counts.`;

const HEADER = `
/* Kinds of uc_record() */
#define UC_RECORD_OFF 0    // run as fast as possible
#define UC_RECORD_STEPS 1  // blocks of one instruction, nothing written: all accesses told by uc_watch() are exact
#define UC_RECORD_PC 2     // uint64_t
#define UC_RECORD_I386 3   // struct pt_regs of each ABI of Linux
#define UC_RECORD_X86_64 4
#define UC_RECORD_ARM 5

/*
 From now on write to @into, for each retired instruction of a uc_emu_run(), what it starts with; each run begins at
 @into. There must be room for as many records as the run's budget has instructions, and one more.
 @orig goes into the word orig_ax or ORIG_r0.
*/
UNICORN_EXPORT
uc_err uc_record(uc_engine *uc, uint32_t kind, void *into, uint64_t orig);

`;

const HELPER = `
#if defined(TARGET_I386)
#define USER_FLAGS 0x244dd5

static void record_i386(CPUX86State *env, uint32_t *regs, uint32_t pc)
{
    regs[0] = env->regs[R_EBX];
    regs[1] = env->regs[R_ECX];
    regs[2] = env->regs[R_EDX];
    regs[3] = env->regs[R_ESI];
    regs[4] = env->regs[R_EDI];
    regs[5] = env->regs[R_EBP];
    regs[6] = env->regs[R_EAX];
    regs[7] = env->segs[R_DS].selector;
    regs[8] = env->segs[R_ES].selector;
    regs[9] = env->segs[R_FS].selector;
    regs[10] = env->segs[R_GS].selector;
    regs[11] = env->uc->record.orig;
    regs[12] = pc;
    regs[13] = env->segs[R_CS].selector;
    regs[14] = (cpu_compute_eflags(env) & USER_FLAGS) | 0x202;
    regs[15] = env->regs[R_ESP];
    regs[16] = env->segs[R_SS].selector;
}

#ifdef TARGET_X86_64
static void record_x86_64(CPUX86State *env, uint64_t *regs, uint64_t pc)
{
    regs[0] = env->regs[15];
    regs[1] = env->regs[14];
    regs[2] = env->regs[13];
    regs[3] = env->regs[12];
    regs[4] = env->regs[R_EBP];
    regs[5] = env->regs[R_EBX];
    regs[6] = env->regs[11];
    regs[7] = env->regs[10];
    regs[8] = env->regs[9];
    regs[9] = env->regs[8];
    regs[10] = env->regs[R_EAX];
    regs[11] = env->regs[R_ECX];
    regs[12] = env->regs[R_EDX];
    regs[13] = env->regs[R_ESI];
    regs[14] = env->regs[R_EDI];
    regs[15] = env->uc->record.orig;
    regs[16] = pc;
    regs[17] = env->segs[R_CS].selector;
    regs[18] = (cpu_compute_eflags(env) & USER_FLAGS) | 0x202;
    regs[19] = env->regs[R_ESP];
    regs[20] = env->segs[R_SS].selector;
}
#endif
#elif defined(TARGET_ARM) && !defined(TARGET_AARCH64)
#define USER_CPSR (0xf80f0000 | 0x0600fc00 | 0x00000220)

static void record_arm(CPUARMState *env, uint32_t *regs, uint32_t pc)
{
    int i;

    for (i = 0; i < 15; i++) {
        regs[i] = env->regs[i];
    }
    regs[15] = pc;
    regs[16] = (cpsr_read(env) & USER_CPSR) | 0x10;
    regs[17] = env->uc->record.orig;
}
#endif

/* The first thing in a block of one instruction. */
void HELPER(record_insn)(CPUArchState *env, target_ulong pc)
{
    struct uc_struct *uc = env->uc;
    CPUState *cpu = env_cpu(env);
    uint64_t index = cpu->icount_budget - cpu->icount_extra - cpu->icount_decr_ptr->u16.low - 1;
    uint8_t *into = uc->record.into;

    uc->record.pc = pc;
#if defined(TARGET_I386)
    if (env->hflags & HF_INHIBIT_IRQ_MASK) {
        /* It counts together with the one before. */
        return;
    }
#endif
    switch (uc->record.kind) {
    case UC_RECORD_PC:
        ((uint64_t *)into)[index] = pc;
        break;
#if defined(TARGET_I386)
    case UC_RECORD_I386:
        record_i386(env, (uint32_t *)into + index * 17, pc);
        break;
#ifdef TARGET_X86_64
    case UC_RECORD_X86_64:
        record_x86_64(env, (uint64_t *)into + index * 21, pc);
        break;
#endif
#elif defined(TARGET_ARM) && !defined(TARGET_AARCH64)
    case UC_RECORD_ARM:
        record_arm(env, (uint32_t *)into + index * 18, pc);
        break;
#endif
    default:
        break;
    }
}
`;

const TARGETS = ['x86_64', 'arm', 'aarch64'];

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
      '    uint32_t run_cflags; // CF_* of all blocks of the run\n' +
        '    struct {\n' +
        '        uint8_t *into;\n' +
        '        uint32_t kind;\n' +
        '        uint64_t orig;\n' +
        '        uint64_t pc; // of the current instruction\n' +
        '    } record; // see uc_record()',
    );
  tree.file('uc.c').append(`
UNICORN_EXPORT
uc_err uc_record(uc_engine *uc, uint32_t kind, void *into, uint64_t orig)
{
    /* CF_RECORD and a length of 1 */
    uc->run_cflags = kind == UC_RECORD_OFF ? 0 : 0x00200001;
    uc->record.kind = kind;
    uc->record.into = into;
    uc->record.orig = orig;
    return UC_ERR_OK;
}
`);

  const header = tree.file('qemu/include/exec/exec-all.h');
  header
    .all()
    .before(/#define CF_CLUSTER_MASK /, '#define CF_RECORD      0x00200000 /* Starts with record_insn */\n')
    .replace(/CF_USE_ICOUNT \| CF_NO_BREAKPOINT(?= \|)/, 'CF_USE_ICOUNT | CF_NO_BREAKPOINT | CF_RECORD');

  const exec = tree.file('qemu/accel/tcg/cpu-exec.c');
  exec
    .fn('cpu_loop_exec_tb')
    .replace(/curr_cflags\(\) \| insns_left/, 'curr_cflags() | cpu->uc->run_cflags | insns_left');
  exec.fn('cpu_exec').replace(/cflags = curr_cflags\(\);/, 'cflags = curr_cflags() | uc->run_cflags;');
  tree
    .file('qemu/accel/tcg/translate-all.c')
    .all()
    .replace(/1 \| curr_cflags\(\);/, '1 | curr_cflags() | uc->run_cflags;');
  const runtime = tree.file('qemu/accel/tcg/tcg-runtime.c');
  runtime.fn('HELPER\\(lookup_tb_ptr\\)').replace(/curr_cflags\(\)/, 'curr_cflags() | uc->run_cflags');
  runtime.append(HELPER);
  tree
    .file('qemu/accel/tcg/tcg-runtime.h')
    .all()
    .before(/DEF_HELPER_FLAGS_1\(exit_atomic,/, 'DEF_HELPER_FLAGS_2(record_insn, TCG_CALL_NO_WG, void, env, tl)\n\n');
  for (const target of TARGETS) {
    tree
      .file(`qemu/${target}.h`)
      .all()
      .before(/#define helper_lookup_tb_ptr /, `#define helper_record_insn helper_record_insn_${target}\n`);
  }

  const translator = tree.file('qemu/accel/tcg/translator.c');
  translator.all().after('#include "exec/translator.h"', '\n#include "exec/helper-gen.h"');
  translator.fn('translator_loop').before(
    /ops->tb_start\(db, cpu\);\s*\/\/ tcg_dump_ops\(tcg_ctx, false, "tb start 2"\);/,
    `if (unlikely(tb_cflags(db->tb) & CF_RECORD)) {
        uint64_t here = db->pc_first;

        /* A block that only stops at a breakpoint begins no instruction. */
        if (uc->breakpoints == NULL || (tb_cflags(db->tb) & CF_NO_BREAKPOINT) ||
            g_tree_lookup(uc->breakpoints, &here) == NULL) {
            TCGv pc = tcg_const_tl(tcg_ctx, db->pc_first);

            gen_helper_record_insn(tcg_ctx, tcg_ctx->cpu_env, pc);
            tcg_temp_free(tcg_ctx, pc);
        }
    }
    `,
  );
}
